import type { z } from "zod";
import type { Ctx } from "#lib/context";
import { holderToken } from "#lib/holder-token";
import type { tokenAnswer, tokenInput } from "./schema.ts";
import { TASK_TTL_MS } from "./rules.ts";

/** A token for whoever holds the socket of this conversation. It is as good as its text, and cannot be taken back. */
export async function giveToken(
  { now }: Ctx,
  { conversationId }: z.infer<typeof tokenInput>,
): Promise<z.input<typeof tokenAnswer>> {
  const expiresAt = new Date(now.getTime() + TASK_TTL_MS);
  return { token: holderToken(conversationId, expiresAt), expiresAt };
}
