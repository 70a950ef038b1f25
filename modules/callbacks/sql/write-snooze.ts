import { z } from "zod";
import { type Ctx, describeActor } from "#lib/base/context";
import { asJson, query, sql } from "#lib/database/sql";

type Snooze = Readonly<{
  scheduledFor: Date;
  why: string;
  data: object;
  /** Who snoozed, when it is not the actor of `ctx`. */
  actor: string | undefined;
}>;

/**
 * Puts a callback off until `scheduledFor` and removes its entry, in one round trip: the database function `snooze_callback`, whose plans each
 * connection keeps. False when the entry is in a call: then nothing is changed. The caller holds the callback.
 */
export async function writeSnooze(
  ctx: Ctx,
  callbackId: number,
  { scheduledFor, why, data, actor = describeActor(ctx.actor) }: Snooze,
): Promise<boolean> {
  const [row] = await query(
    ctx.db,
    z.object({ isSnoozed: z.boolean() }),
    sql`SELECT snooze_callback(${callbackId}::int, ${scheduledFor}::timestamptz, ${ctx.now}::timestamptz, ${actor}, ${why},
                               ${asJson(data)}) AS "isSnoozed"`,
  );
  return row!.isSnoozed;
}
