import type { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { conversationToken } from "#lib/identity/conversation-token";
import type { tokenAnswer, tokenInput } from "./schema.ts";
import { STREAM_TOKEN_MS, TASK_TTL_MS } from "./rules.ts";

/** A conversation token, for the subscriber of this conversation. Its bearer needs nothing else, and it cannot be revoked. */
export async function giveToken(
  { now }: Ctx,
  { conversationId }: z.infer<typeof tokenInput>,
): Promise<z.input<typeof tokenAnswer>> {
  const expiresAt = new Date(now.getTime() + TASK_TTL_MS);
  return { token: conversationToken(conversationId, expiresAt), expiresAt };
}

/**
 * A token that opens the event stream of this conversation within a minute, and does nothing else: a browser's `EventSource` can
 * only send it in the address, which is logged in more places than a header.
 */
export async function giveStreamToken(
  { now }: Ctx,
  { conversationId }: z.infer<typeof tokenInput>,
): Promise<z.input<typeof tokenAnswer>> {
  const expiresAt = new Date(now.getTime() + STREAM_TOKEN_MS);
  return { token: conversationToken(conversationId, expiresAt, "stream"), expiresAt };
}
