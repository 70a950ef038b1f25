import { z } from "zod";
import { type Ctx, describeActor } from "#lib/base/context";
import { queryDirect } from "#lib/database/direct";
import { asJson, sql } from "#lib/database/sql";

type Snooze = Readonly<{
  /** The last event of the callback that this was decided about. */
  eventSeq: number;
  scheduledFor: Date;
  why: string;
  data: object;
  /** The actor of the event, when it is not the actor of `ctx`. */
  actor: string | undefined;
}>;

/**
 * Puts a callback off until `scheduledFor` and removes its entry, in one round trip: the database function `snooze_callback`. Nothing is changed
 * when the entry is in a call, or when something has happened to the callback since it was read.
 */
export async function writeSnooze(
  ctx: Ctx,
  callbackId: number,
  { eventSeq, scheduledFor, why, data, actor = describeActor(ctx.actor) }: Snooze,
): Promise<"snoozed" | "in call" | "changed"> {
  const row = z.object({ done: z.enum(["snoozed", "in call", "changed"]) });
  const statement = sql`SELECT snooze_callback(${callbackId}::int, ${eventSeq}::int, ${scheduledFor}::timestamptz, ${ctx.now}::timestamptz,
                               ${actor}, ${why}, ${asJson(data)}) AS done`;
  const [said] = await queryDirect(ctx.db, row, statement);
  return said!.done;
}
