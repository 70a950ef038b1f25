/**
 * Importing this file gives a test file a PostgreSQL database of its own: migrated, empty before every test, with a clock that
 * stands still until a test moves it. `DATABASE_URL` and both secrets of the environment point to it, so a route handler that a
 * test calls uses the same database.
 */
import pg from "pg";
import { inject } from "vitest";
import { z } from "zod";
import { type ConnectOptions, connect, retried } from "#lib/database/db";
import { execute, query, sql } from "#lib/database/sql";
import type { PrismaClient } from "#prisma/client";
import { cloneDatabase } from "./clone.ts";
import { afterEveryFile, beforeEveryTest } from "./hooks.ts";
import { TEST_CLOCK_TEMPLATE } from "./postgres.ts";
import {
  AUTH_SECRET,
  CRON_SECRET,
  CURSOR_WEBHOOK_SECRET,
  METRICS_TOKEN,
  RUNNER_WEBHOOK_SECRET,
  SERVICE_API_KEY,
} from "./secrets.ts";

/** The time at the beginning of every test: a Monday morning, in winter time everywhere in Europe. */
export const START = new Date("2026-03-02T09:00:00Z");

const clone = await cloneDatabase(TEST_CLOCK_TEMPLATE);

/** The address of this process's database. */
export const databaseUrl = clone.url;
Object.assign(process.env, { DATABASE_URL: databaseUrl, CRON_SECRET, SERVICE_API_KEY, AUTH_SECRET, METRICS_TOKEN });
// Simultaneous work of a test shares two cores with the database; it should not wait for connections besides.
Object.assign(process.env, { CURSOR_WEBHOOK_SECRET, RUNNER_WEBHOOK_SECRET, DATABASE_POOL_SIZE: "40" });

const opened: PrismaClient[] = [];

/** A test on a slow or busy machine waits for its turn; other tests show that requests give up sooner. */
const LONG = { connect: 60_000, statement: 55_000, query: 58_000, lock: 55_000, transaction: 120_000 };

/** Another handle on the same database, with a pool of its own; closed after the file. For races and faults. */
export function connectTest(options: ConnectOptions = {}, url = databaseUrl): PrismaClient {
  const client = connect(url, { timeoutsMs: LONG, isPrepared: true, ...options });
  opened.push(client);
  return client;
}

/** The handle of the tests. */
export const db = connectTest();

beforeEveryTest(emptyDatabase);

afterEveryFile(async () => {
  // The next file of this process continues with the database and the first handle; the server's end removes them.
  await Promise.all(opened.splice(inject("sharesProcess") ? 1 : 0).map((client) => client.$disconnect()));
  if (inject("sharesProcess")) return;
  await emptying.end();
  await clone.drop();
});

/**
 * The connection that empties the database, as a replica: the triggers that keep what is append-only do not stop it.
 * It is one of its own because a session that changes its role plans all of its statements again.
 */
const emptying = new pg.Pool({
  connectionString: databaseUrl,
  max: 1,
  idleTimeoutMillis: 0,
  lock_timeout: LONG.statement,
  options: "-c session_replication_role=replica",
  application_name: "ringback-tests",
});
emptying.on("error", () => {}); // A test that ends every connection ends this one; the next test makes another.

/** Empties every table, starts every id at 1 again, and sets the clock to `START`. */
export async function emptyDatabase(): Promise<void> {
  // Work that an earlier test left under way may hold locks for a moment.
  await retried(() => emptying.query({ name: "test_empty", text: "SELECT test_empty($1)", values: [START] }));
}

/** Sets the one clock, forwards or backwards, for every connection at once. */
export async function setClock(instant: Date | string): Promise<Date> {
  const now = new Date(instant);
  await execute(db, sql`UPDATE test_clock SET now = ${now}::timestamptz`);
  return now;
}

/** The distance of a move of the clock; parts add up, and negative ones go back. */
export type Step = { days?: number; hours?: number; minutes?: number; seconds?: number; milliseconds?: number };

/** Moves the clock and returns the new time. */
export async function advance(step: Step): Promise<Date> {
  const { days = 0, hours = 0, minutes = 0, seconds = 0, milliseconds = 0 } = step;
  const moved = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + milliseconds;
  const [row] = await query(
    db,
    z.object({ now: z.date() }),
    sql`UPDATE test_clock SET now = now + ${moved}::float8 * interval '1 millisecond' RETURNING now`,
  );
  return row!.now;
}
