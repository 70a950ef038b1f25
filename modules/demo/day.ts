import { z } from "zod";
import { type Ctx, describeActor, type ReadCtx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { execute, query, sql } from "#lib/database/sql";
import { fateAt } from "#modules/callbacks";
import { demoDayAnswer, type runDemoDayInput } from "./schema.ts";

type Answer = z.infer<typeof demoDayAnswer>;

/** Eight hours at sixty times their speed. */
const MINUTES = 8;

/** Whether there can be a demo day here, whether one is running, and what became of the last one. */
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
    last: running ? null : await summarise(db),
  };
}

/** What became of the day that ended within the last hour: every promise made in it, as the figures count them. */
async function summarise(db: ReadCtx["db"]): Promise<Answer["last"]> {
  const [last] = await query(
    db,
    demoDayAnswer.shape.last.unwrap(),
    sql`
    WITH day AS MATERIALIZED (
      SELECT started_at, ends_at FROM demo_days
      WHERE ends_at <= ringback_now() AND ends_at > ringback_now() - interval '1 hour' ORDER BY id DESC LIMIT 1
    ), promised AS MATERIALIZED (
      SELECT ${fateAt(sql`ringback_now()`)} AS fate FROM callbacks c, day
      WHERE c.created_at >= day.started_at AND c.created_at < day.ends_at AND c.status <> 'cancelled'
    )
    SELECT day.started_at AS "startedAt", day.ends_at AS "endedAt",
           (SELECT count(*)::int FROM promised) AS promised,
           (SELECT count(*)::int FROM promised WHERE fate = 'kept') AS "onTime",
           (SELECT count(*)::int FROM promised WHERE fate = 'missed') AS late,
           (SELECT count(*)::int FROM promised WHERE fate = 'open') AS "toCome",
           (SELECT count(DISTINCT s.agent_id)::int FROM agent_sessions s
            WHERE s.logout_at >= day.started_at AND s.logout_at < day.ends_at) AS "agentsLeft"
    FROM day`,
  );
  return last ?? null;
}

/** Starts or ends the demo day. Starting one that runs is harmless, as is ending none. Refuses `not_found` where there is none. */
export async function runDemoDay(ctx: Ctx, { isRunning }: z.infer<typeof runDemoDayInput>): Promise<Answer> {
  if (!ctx.limits.hasDemoDay) throw new Refusal("not_found", "There is no demo day here; npm start has one.");
  return inTransaction(ctx, async (tx) => {
    // Two who press the button at once start one day.
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
