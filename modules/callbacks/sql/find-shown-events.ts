import type { z } from "zod";
import type { Db } from "#lib/database/db";
import { doneAtOf } from "#lib/base/done-at";
import { query, sql } from "#lib/database/sql";
import { shownEvent } from "../list-schema.ts";

/** Reads the events of a callback in order, each with the name of its actor and, if it was sent later than it was done, the time it was done. */
export async function findShownEvents(db: Db, callbackId: number): Promise<z.infer<typeof shownEvent>[]> {
  return query(
    db,
    shownEvent,
    sql`SELECT seq, at, type, actor, from_status AS "fromStatus", to_status AS "toStatus", why, data -> 'reason' AS reason, data,
               actor_name(actor) AS "actorName", ${doneAtOf(sql`action_id`)} AS "doneAt"
        FROM callback_events WHERE callback_id = ${callbackId} ORDER BY seq`,
  );
}
