import type { z } from "zod";
import type { ReadCtx } from "#lib/base/context";
import { cursorAfter, pageOf } from "#lib/base/cursor";
import { Refusal } from "#lib/base/errors";
import type {
  conversationsAnswer,
  conversationsInput,
  messageAnswer,
  messagesAnswer,
  ofConversationInput,
} from "./schema.ts";
import { listAccepted } from "./show.ts";
import { countMessages } from "./sql/count-messages.ts";
import { findConversations, hasConversation } from "./sql/find-conversations.ts";
import { findMessages, type MessageFilter } from "./sql/find-messages.ts";

/** A page of messages, newest first, those in the queue among them, with the number in each state. */
export async function listMessages(ctx: ReadCtx, filter: MessageFilter): Promise<z.input<typeof messagesAnswer>> {
  const counts = await countMessages(ctx);
  return { ...(await readPage(ctx, filter)), counts };
}

/** A page of the messages of one conversation with a customer, newest first. Refuses `not_found`. */
export async function listOfConversation(
  ctx: ReadCtx,
  input: z.output<typeof ofConversationInput>,
): Promise<{ messages: z.input<typeof messageAnswer>[]; nextCursor: string | null }> {
  const { conversationId: id } = input;
  if (await hasConversation(ctx, id)) return readPage(ctx, input);
  throw new Refusal("not_found", `There is no conversation ${id}; GET /api/messages/conversations lists them.`);
}

async function readPage(ctx: ReadCtx, filter: MessageFilter) {
  const { channel, cursor } = filter;
  const limit = filter.limit + 1;
  const stored = await findMessages(ctx, { ...filter, limit });
  const accepted = isOfQueueToo(filter) ? await listAccepted(ctx, { channel, cursor, limit }) : [];
  // A page takes the first rows of both lists, in the one order of acceptance.
  const found = [...stored, ...accepted].sort((one, other) => Number(other.seq - one.seq));
  const { page, last } = pageOf(found, filter.limit);
  return { messages: page.map(({ seq: _, ...message }) => message), nextCursor: last ? String(last.seq) : null };
}

/** A message that is still in the queue has no address, transport or conversation yet. */
function isOfQueueToo({ state, transport, to, search, conversationId }: MessageFilter): boolean {
  return (state === undefined || state === "accepted") && !transport && !to && !search && !conversationId;
}

/** A page of conversations with customers, the latest first. */
export async function listMessageConversations(
  ctx: ReadCtx,
  input: z.output<typeof conversationsInput>,
): Promise<z.input<typeof conversationsAnswer>> {
  const found = await findConversations(ctx, { ...input, limit: input.limit + 1 });
  const { page: conversations, last } = pageOf(found, input.limit);
  return { conversations, nextCursor: last ? cursorAfter(last.lastAt, last.id) : null };
}
