import type { z } from "zod";
import type { Db } from "#lib/database/db";
import { doneAtOf } from "#lib/base/done-at";
import { query, sql } from "#lib/database/sql";
import { shownEvent } from "../list-schema.ts";

/** The same with the name of each agent or supervisor who did something, and when, if it was sent later than it was done. */
export async function findShownEvents(db: Db, callbackId: number): Promise<z.infer<typeof shownEvent>[]> {
  return query(
    db,
    shownEvent,
    sql`SELECT seq, at, type, actor, from_status AS "fromStatus", to_status AS "toStatus", why, data -> 'reason' AS reason, data,
               CASE split_part(actor, ' ', 1)
                 WHEN 'agent' THEN (SELECT name FROM agents WHERE id::text = split_part(actor, ' ', 2))
                 WHEN 'supervisor' THEN (SELECT name FROM staff_accounts WHERE id = split_part(actor, ' ', 2))
               END AS "actorName",
               ${doneAtOf(sql`action_id`)} AS "doneAt"
        FROM callback_events WHERE callback_id = ${callbackId} ORDER BY seq`,
  );
}
