import type { z } from "zod";
import type { Db } from "#lib/database/db";
import { query, sql } from "#lib/database/sql";
import { callbackStoryAnswer } from "../list-schema.ts";

/** The texts about the callback, each with its state and the reason for it. */
export async function findTexts(db: Db, callbackId: number): Promise<z.infer<typeof callbackStoryAnswer>["texts"]> {
  return query(
    db,
    callbackStoryAnswer.shape.texts.element,
    sql`SELECT t.occasion, t.at, t.for_time AS "forTime", t.message_id::text AS "messageId",
               CASE WHEN t.message_id IS NOT NULL THEN coalesce(m.state, CASE WHEN k.settled_at IS NULL THEN 'accepted' END) END AS state,
               coalesce(t.because, message_waits(m, m.transport), CASE WHEN k.settled_at IS NULL THEN 'It is in the queue.' ELSE 'It is not kept any more.' END) AS why
        FROM callback_texts t LEFT JOIN messages m ON m.id = t.message_id LEFT JOIN message_keys k ON k.id = t.message_id
        WHERE t.callback_id = ${callbackId} ORDER BY t.id`,
  );
}
