import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import type { Db } from "#lib/database/db";
import { query, sql } from "#lib/database/sql";
import { wayOf } from "#modules/messages";
import { callbackStoryAnswer } from "../list-schema.ts";

/** The texts about the callback, each with its state and the reason for it. */
export async function findTexts(db: Db, callbackId: number): Promise<z.infer<typeof callbackStoryAnswer>["texts"]> {
  return query(
    db,
    callbackStoryAnswer.shape.texts.element,
    sql`SELECT t.occasion, t.at, t.for_time AS "forTime", t.message_id::text AS "messageId",
               CASE WHEN t.message_id IS NOT NULL THEN coalesce(m.state, CASE WHEN k.settled_at IS NULL THEN 'accepted' END) END AS state,
               coalesce(t.because, message_waits(m, ${wayOf()}), CASE WHEN k.settled_at IS NULL THEN 'It is in the queue.' ELSE 'It is not kept any more.' END) AS why
        FROM callback_texts t LEFT JOIN messages m ON m.id = t.message_id LEFT JOIN message_keys k ON k.id = t.message_id
        WHERE t.callback_id = ${callbackId} ORDER BY t.id`,
  );
}

/**
 * The texts that are not true any more and may still be sent, also again: of a call that has moved, is over or cancelled, or rings another
 * number now; of one callback, or of all.
 */
export async function findOutdatedTexts(
  { db, now }: Pick<Ctx, "db" | "now">,
  { callbackId, most }: { callbackId?: number; most: number },
): Promise<string[]> {
  const ofOne = callbackId === undefined ? sql`true` : sql`t.callback_id = ${callbackId}`;
  const rows = await query(
    db,
    z.object({ id: z.string() }),
    sql`SELECT m.id::text FROM callback_texts t JOIN callbacks c ON c.id = t.callback_id JOIN messages m ON m.id = t.message_id
        LEFT JOIN called_numbers n ON n.callback_id = c.id
        WHERE t.for_time > ${now}::timestamptz AND ${ofOne}
          AND m.state IN ('stored', 'held', 'sending', 'unsure', 'dead', 'failed') AND (m.expires_at IS NULL OR m.expires_at > ${now}::timestamptz)
          AND CASE WHEN t.occasion = 'cancelled' THEN n.wrong_number
              ELSE c.status NOT IN ('pending', 'accepted') OR c.scheduled_for <> t.for_time OR n.wrong_number OR n.number IS DISTINCT FROM m.recipient END
        LIMIT ${most}::int`,
  );
  return rows.map(({ id }) => id);
}
