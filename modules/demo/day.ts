import { z } from "zod";
import { type Ctx, describeActor, type ReadCtx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { execute, query, sql } from "#lib/database/sql";
import type { demoDayAnswer, runDemoDayInput } from "./schema.ts";
import { summariseDay } from "./sql/summarise-day.ts";

type Answer = z.infer<typeof demoDayAnswer>;

/** Eight hours at sixty times their speed. */
const MINUTES = 8;

/** Whether a demo day is available here, whether one is running, and the summary of the last one. */
export async function seeDemoDay({ db, limits }: ReadCtx): Promise<Answer> {
  if (!limits.hasDemoDay) return { isAvailable: false, endsAt: null, last: null };
  const [running] = await query(
    db,
    z.object({ endsAt: z.date() }),
    sql`SELECT ends_at AS "endsAt" FROM demo_days WHERE ends_at > ringback_now() ORDER BY id DESC LIMIT 1`,
  );
  return {
    isAvailable: true,
    endsAt: running?.endsAt.toISOString() ?? null,
    last: running ? null : await summariseDay(db),
  };
}

/** Starts or ends the demo day. Both are harmless to repeat. Refuses `not_found` where no demo day is available. */
export async function runDemoDay(ctx: Ctx, { isRunning }: z.infer<typeof runDemoDayInput>): Promise<Answer> {
  if (!ctx.limits.hasDemoDay) throw new Refusal("not_found", "There is no demo day here; npm start has one.");
  return inTransaction(ctx, async (tx) => {
    // Of two simultaneous presses of the button one starts the day.
    await execute(tx.db, sql`LOCK TABLE demo_days IN SHARE ROW EXCLUSIVE MODE`);
    const { endsAt } = await seeDemoDay(tx);
    if (isRunning && endsAt === null) {
      await execute(
        tx.db,
        sql`INSERT INTO demo_days (started_by, started_at, ends_at)
            VALUES (${describeActor(tx.actor)}, ${tx.now}::timestamptz, ${tx.now}::timestamptz + ${MINUTES}::int * interval '1 minute')`,
      );
    }
    if (!isRunning && endsAt !== null)
      await execute(
        tx.db,
        sql`UPDATE demo_days SET ends_at = greatest(started_at, ${tx.now}::timestamptz) WHERE ends_at > ${tx.now}::timestamptz`,
      );
    return seeDemoDay(tx);
  });
}
