import { z } from "zod";
import { type Ctx, describeActor } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { shownActor } from "#lib/identity/shown-actor";
import { execute, query, type Sql, sql } from "#lib/database/sql";
import { takeTurn } from "./sql/claim.ts";

export type PauseTarget =
  | Readonly<{ scope: "run"; target: number }>
  | Readonly<{ scope: "model"; target: string }>
  | Readonly<{ scope: "queue" }>;

/** Soft: running conversations finish. Hard: they return at their next turn. */
export type PauseWish = Readonly<{ isHard?: boolean; why?: string | null; until?: Date | null }>;

const pauseRow = z.object({
  id: z.int(),
  scope: z.enum(["run", "model", "queue"]),
  target: z.string(),
  isHard: z.boolean(),
  isAutomatic: z.boolean(),
  pausedBy: z.string(),
  why: z.string().nullable(),
  startedAt: z.date(),
  until: z.date().nullable(),
});
export type Pause = z.infer<typeof pauseRow>;

const COLUMNS = sql`id, scope, target, is_hard AS "isHard", is_automatic AS "isAutomatic", ${shownActor(sql`paused_by`)} AS "pausedBy", why,
  started_at AS "startedAt", until`;
const HOLDS = sql`ended_at IS NULL AND (until IS NULL OR until > ringback_now())`;

const targetOf = (of: PauseTarget): string => (of.scope === "queue" ? "*" : String(of.target));

/**
 * Pauses a run, a model, or the whole queue; after the commit no job of it begins. A target has at most one manual and one
 * automatic pause: another manual one replaces the first, another automatic one makes it longer and never shorter.
 */
export async function pause(ctx: Ctx, of: PauseTarget, wish: PauseWish & { isAutomatic?: boolean }): Promise<Pause> {
  const { isHard = false, why = null, until = null, isAutomatic = false } = wish;
  return inTransaction(ctx, async (tx) => {
    await takeTurn(tx);
    await endDue(tx);
    const here = sql`scope = ${of.scope} AND target = ${targetOf(of)} AND is_automatic = ${isAutomatic} AND ${HOLDS}`;
    const kept = isAutomatic
      ? await query(
          tx.db,
          pauseRow,
          sql`UPDATE job_pauses SET until = greatest(until, ${until}::timestamptz) WHERE ${here} RETURNING ${COLUMNS}`,
        )
      : [];
    if (kept[0]) return kept[0];
    const by = isAutomatic ? "Ringback" : describeActor(ctx.actor);
    await end(tx, here, by);
    const [made] = await query(
      tx.db,
      pauseRow,
      sql`INSERT INTO job_pauses (scope, target, is_hard, is_automatic, paused_by, why, started_at, until)
          VALUES (${of.scope}, ${targetOf(of)}, ${isHard}, ${isAutomatic}, ${by}, ${why}, ringback_now(), ${until}::timestamptz)
          RETURNING ${COLUMNS}`,
    );
    return made!;
  });
}

/** Ends every pause of that target, manual or automatic. Returns how many held it, perhaps 0. */
export async function resume(ctx: Ctx, of: PauseTarget): Promise<number> {
  return inTransaction(ctx, async (tx) => {
    await takeTurn(tx);
    return end(tx, sql`scope = ${of.scope} AND target = ${targetOf(of)} AND ${HOLDS}`, describeActor(ctx.actor));
  });
}

/** Every pause that holds now, the oldest first. */
export async function pausesNow(ctx: Pick<Ctx, "db">): Promise<Pause[]> {
  return query(ctx.db, pauseRow, sql`SELECT ${COLUMNS} FROM job_pauses WHERE ${HOLDS} ORDER BY id`);
}

/** Records the end of pauses whose time has come; they have held nothing since then. */
export async function endDue(ctx: Pick<Ctx, "db">): Promise<number> {
  return execute(
    ctx.db,
    sql`UPDATE job_pauses SET ended_at = until, ended_by = 'its time' WHERE ended_at IS NULL AND until <= ringback_now()`,
  );
}

async function end(tx: Pick<Ctx, "db">, which: Sql, by: string): Promise<number> {
  return execute(tx.db, sql`UPDATE job_pauses SET ended_at = ringback_now(), ended_by = ${by} WHERE ${which}`);
}
