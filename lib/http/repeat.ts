import type { Ctx } from "#lib/base/context";
import { isLockTimeout } from "#lib/database/error";
import { Refusal } from "#lib/base/errors";
import { type DeskAction, notingAction } from "#lib/http/action";
import { renderJson } from "#lib/base/json";
import { once } from "#lib/database/once";

/** The answer to a request, with everything that a repeat needs. */
export type Answer = { status: number; body: unknown; location?: string | undefined };

/** The `Idempotency-Key` of a request, or undefined. Refuses `invalid_input` unless it is 1 to 255 visible characters. */
export function idempotencyKey(headers: Headers): string | undefined {
  const key = headers.get("idempotency-key");
  if (key === null) return undefined;
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new Refusal("invalid_input", "Idempotency-Key must be 1 to 255 visible ASCII characters without spaces.");
}

/**
 * Runs `work` once per key and caller, and answers repeats with the first answer. Refuses `key_reused` when the key came with
 * another input, `key_in_use` while the first request is being worked on, and, for an `action`, whose key is its id for ever,
 * `already_applied` when it was applied and its answer is not stored any more.
 */
export async function answerOnce<C extends Ctx>(
  ctx: C,
  { scope, key, input, action }: { scope: string; key: string; input: unknown; action: DeskAction | null },
  work: (ctx: C) => Promise<Answer>,
): Promise<Answer & { replayed: boolean }> {
  let hasKey = false;
  const record = async (tx: C, isNoted: boolean): Promise<Answer> => {
    hasKey = true;
    if (action && !isNoted) throw new Refusal("already_applied", "This was done before; nothing was done again.");
    return JSON.parse(renderJson(await work(tx))) as Answer;
  };
  try {
    const note = action ? { note: notingAction(ctx, { id: key, ...action }) } : {};
    const { answer, replayed } = await once(ctx, { scope, key, request: renderJson(input), ...note }, record);
    return { ...answer, replayed };
  } catch (error) {
    if (hasKey || !isLockTimeout(error)) throw error;
    throw new Refusal(
      "key_in_use",
      "The first request with this Idempotency-Key is still being worked on; send it again in a moment.",
    );
  }
}
