import type { z } from "zod";
import type { ReadCtx } from "#lib/base/context";
import { cursorAfter } from "#lib/base/cursor";
import type {
  conversationsAnswer,
  conversationsInput,
  messageAnswer,
  messagesAnswer,
  ofConversationInput,
} from "./schema.ts";
import { listAccepted } from "./show.ts";
import { countMessages } from "./sql/count-messages.ts";
import { findConversations } from "./sql/find-conversations.ts";
import { findMessages, type MessageFilter } from "./sql/find-messages.ts";

/** A page of messages, newest first, those in the queue among them, with the number in each state. */
export async function listMessages(ctx: ReadCtx, filter: MessageFilter): Promise<z.input<typeof messagesAnswer>> {
  const counts = await countMessages(ctx);
  return { ...(await pageOf(ctx, filter)), counts };
}

/** A page of the messages of one conversation with a customer, newest first. An unknown conversation has no messages. */
export async function listOfConversation(
  ctx: ReadCtx,
  input: z.output<typeof ofConversationInput>,
): Promise<{ messages: z.input<typeof messageAnswer>[]; nextCursor: string | null }> {
  return pageOf(ctx, input);
}

async function pageOf(ctx: ReadCtx, filter: MessageFilter) {
  const { channel, cursor, limit } = filter;
  const stored = await findMessages(ctx, filter);
  const accepted = isOfQueueToo(filter) ? await listAccepted(ctx, { channel, cursor, limit }) : [];
  // A page takes the first rows of both lists, in the one order of acceptance.
  const found = [...stored, ...accepted].sort((one, other) => Number(other.seq - one.seq)).slice(0, limit);
  const last = found.length === limit ? found.at(-1) : undefined;
  return { messages: found.map(({ seq: _, ...message }) => message), nextCursor: last ? String(last.seq) : null };
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
  const conversations = await findConversations(ctx, input);
  const last = conversations.length === input.limit ? conversations.at(-1) : undefined;
  return { conversations, nextCursor: last ? cursorAfter(last.lastAt, last.id) : null };
}
