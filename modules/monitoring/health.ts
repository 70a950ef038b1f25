import { z } from "zod";
import { machineNow } from "#lib/time/clock";
import type { ReadCtx } from "#lib/base/context";
import { isDatabaseAway, sqlState } from "#lib/database/error";
import { secondsSinceFullDisk } from "#lib/database/full-disk";
import { forwardingNote } from "#lib/base/forwarding";
import { compareMigrations } from "#lib/database/migrations";
import { query, sql } from "#lib/database/sql";
import { storeFault } from "#modules/cursor-tasks";
import type { healthAnswer } from "./schema.ts";

type Health = z.infer<typeof healthAnswer>;

/** A tick older than this is noted here; the monitoring is red before, from `TICK_LATE_AFTER_SECONDS` on. */
const DEAD_TICK_SECONDS = 180;

const row = z.object({
  now: z.date(),
  machine: z.date(),
  applied: z.array(z.string()).nullable(),
  tickAt: z.date().nullable(),
  ageSeconds: z.int().nullable(),
});

/**
 * Whether this instance can serve: the database answers, and its migrations are those of this code. Five faults are noted and
 * keep the status 200: a stopped cron, because after a pause no instance could start otherwise; a key-value store that does not
 * answer, because nothing depends on it; a full disk of the database, because reading and small writes still work; a database that
 * is ahead of this code, as during a deployment; and a proxy that is not configured as trusted. Never throws because of the
 * database: its absence is the answer.
 */
export async function health(ctx: ReadCtx): Promise<Health> {
  try {
    const before = machineNow().getTime();
    const [found] = await query(
      ctx.db,
      row,
      sql`SELECT ringback_now() AS now, clock_timestamp() AS machine,
                 (SELECT array_agg(migration_name) FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL) AS applied,
                 (SELECT max(started_at) FROM tick_runs) AS "tickAt",
                 (SELECT floor(extract(epoch FROM ringback_now() - max(started_at)))::int FROM tick_runs) AS "ageSeconds"`,
    );
    // The database read its clock between the two readings of this machine's clock.
    const middle = (before + machineNow().getTime()) / 2;
    const judged = judge(
      found!,
      await compareMigrations(found!.applied ?? []),
      Math.round(middle - found!.machine.getTime()),
    );
    if (!judged.ok) return judged;
    const others = [diskNote(), forwardingNote()].filter((note) => note !== null);
    return { ...judged, notes: [...judged.notes, ...others, ...(await storeNotes(ctx))] };
  } catch (error) {
    if (isDatabaseAway(error)) return down("The database does not answer.");
    if (isMissingTable(error)) return down("The database has not been migrated; run npm run db:migrate.", "up");
    throw error;
  }
}

function diskNote(): string | null {
  const seconds = secondsSinceFullDisk();
  return seconds === null
    ? null
    : `The disk of the database is full: ${seconds} seconds ago PostgreSQL had no room for a write (SQLSTATE 53100). Make room on it; what was stored before is safe.`;
}

async function storeNotes(ctx: ReadCtx): Promise<string[]> {
  const fault = await storeFault(ctx);
  return fault === null
    ? []
    : [`${fault} Tasks are read from PostgreSQL until it does its work; nothing else changes.`];
}

function judge(
  found: z.infer<typeof row>,
  { expected, missing, newer }: Awaited<ReturnType<typeof compareMigrations>>,
  clockSkewMs: number,
): Health {
  const problems: string[] = [];
  const notes: string[] = [];
  if (missing.length > 0) problems.push(`${missing.length} migrations are missing; run npm run db:migrate.`);
  if (newer.length > 0)
    notes.push(
      `The database is ahead of this code by ${newer.join(", ")}; deploy the version of Ringback that brought it.`,
    );
  if (found.ageSeconds === null) notes.push("No tick has run yet.");
  else if (found.ageSeconds > DEAD_TICK_SECONDS)
    notes.push(`The last tick was ${found.ageSeconds} seconds ago; is the cron running?`);
  if (Math.abs(clockSkewMs) > 1_000)
    notes.push(`This machine's clock is ${clockSkewMs} ms off the database's; nothing is decided on it.`);
  return {
    ok: problems.length === 0,
    problems,
    notes,
    database: "up",
    migrations: { expected, applied: expected - missing.length, missing },
    clockSkewMs,
    lastTick:
      found.tickAt && found.ageSeconds !== null
        ? { at: found.tickAt.toISOString(), ageSeconds: found.ageSeconds }
        : null,
  };
}

function down(problem: string, database: Health["database"] = "down"): Health {
  return { ok: false, problems: [problem], notes: [], database, migrations: null, clockSkewMs: null, lastTick: null };
}

function isMissingTable(error: unknown): boolean {
  return ["42P01", "42883"].includes(sqlState(error) ?? "");
}
