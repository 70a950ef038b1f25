import { createHash } from "node:crypto";
import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { inDirectTransaction } from "#lib/database/direct-transaction";
import { Refusal } from "#lib/base/errors";
import { execute, query, type Sql, sql } from "#lib/database/sql";

const taking = z.object({ isFirst: z.boolean(), isNoted: z.boolean() });
const taken = z.object({ requestHash: z.string(), answer: z.string().nullable() });

/** Replaces the request of an answer that was erased with the personal data in it. */
export const ERASED_REQUEST = "erased";

/**
 * Runs `work` once per (scope, key). The key is written in the transaction of the effect, so either both exist or neither. A
 * repeat with the same request gets the recorded answer and `replayed: true`; a simultaneous one waits for the first. The answer
 * is stored as text, so a repeat has its fields in the same order. Refuses `key_reused` when the key was used for another
 * request, or its answer was erased. The answer must be plain JSON. `note`, a statement that inserts one row for each of `first`,
 * runs with the key and saves a round trip; `work` learns whether it inserted one.
 */
export async function once<C extends Ctx, T>(
  ctx: C,
  { scope, key, request, note = sql`SELECT FROM first` }: { scope: string; key: string; request: unknown; note?: Sql },
  work: (ctx: C, isNoted: boolean) => Promise<T>,
): Promise<{ answer: T; replayed: boolean }> {
  const requestHash = createHash("sha256").update(JSON.stringify(request)).digest("hex");
  return inDirectTransaction(ctx, async (tx) => {
    // The unique index holds up this statement until a simultaneous request ends, and then the key is taken.
    const [took] = await query(
      tx.db,
      taking,
      sql`WITH first AS (
            INSERT INTO idempotency_keys (scope, key, request_hash, created_at)
            VALUES (${scope}, ${key}, ${requestHash}, ${ctx.now}) ON CONFLICT DO NOTHING RETURNING key
          ), note AS (${note})
          SELECT EXISTS (SELECT FROM first) AS "isFirst", EXISTS (SELECT FROM note) AS "isNoted"`,
    );
    if (took!.isFirst) {
      const answer = await work(tx, took!.isNoted);
      await execute(
        tx.db,
        sql`UPDATE idempotency_keys SET answer = ${JSON.stringify(answer)} WHERE scope = ${scope} AND key = ${key}`,
      );
      return { answer, replayed: false };
    }
    const [found] = await query(
      tx.db,
      taken,
      sql`UPDATE idempotency_keys SET replays = replays + (request_hash = ${requestHash})::int
          WHERE scope = ${scope} AND key = ${key} RETURNING request_hash AS "requestHash", answer`,
    );
    if (found?.requestHash === ERASED_REQUEST) {
      throw new Refusal(
        "key_reused",
        "The answer under this Idempotency-Key was erased together with its user; nothing was done again. Take a new key for a new request.",
      );
    }
    if (found?.requestHash !== requestHash) {
      throw new Refusal(
        "key_reused",
        "This Idempotency-Key was used for another request; take a new key for a new request.",
      );
    }
    // The database refuses a key without its answer; a key from before that rule must not count as an answer.
    if (found.answer === null) throw new Error(`the key ${key} of ${scope} has no answer`);
    return { answer: JSON.parse(found.answer) as T, replayed: true };
  });
}
