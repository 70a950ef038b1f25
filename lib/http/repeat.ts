import type { Ctx } from "#lib/base/context";
import { isLockTimeout } from "#lib/database/error";
import { Refusal } from "#lib/base/errors";
import { type DeskAction, noteAction } from "#lib/http/action";
import { renderJson } from "#lib/base/json";
import { once } from "#lib/database/once";

/** What a request was answered: enough to answer it again. */
export type Answer = { status: number; body: unknown; location?: string | undefined };

/**
 * The `Idempotency-Key` of a request. Refuses `invalid_input` unless it is 1 to 255 visible characters; undefined
 * when there is none.
 */
export function idempotencyKey(headers: Headers): string | undefined {
  const key = headers.get("idempotency-key");
  if (key === null) return undefined;
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new Refusal("invalid_input", "Idempotency-Key must be 1 to 255 visible ASCII characters without spaces.");
}

/**
 * Does `work` once per key and caller, and answers repeats with what was answered first. Refuses `key_reused` when
 * the key came with another input, `key_in_use` when the first request is still being worked on, and of an `action`, whose
 * key is its id for ever, `already_applied` when it was done before its answer was forgotten.
 */
export async function answerOnce<C extends Ctx>(
  ctx: C,
  { scope, key, input, action }: { scope: string; key: string; input: unknown; action: DeskAction | null },
  work: (ctx: C) => Promise<Answer>,
): Promise<Answer & { replayed: boolean }> {
  let hasKey = false;
  const record = async (tx: C): Promise<Answer> => {
    hasKey = true;
    if (action) await noteAction(tx, { id: key, ...action });
    return JSON.parse(renderJson(await work(tx))) as Answer;
  };
  try {
    const { answer, replayed } = await once(ctx, { scope, key, request: renderJson(input) }, record);
    return { ...answer, replayed };
  } catch (error) {
    if (hasKey || !isLockTimeout(error)) throw error;
    throw new Refusal(
      "key_in_use",
      "The first request with this Idempotency-Key is still being worked on; send it again in a moment.",
    );
  }
}
