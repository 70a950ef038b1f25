import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import type { Ctx } from "#lib/base/context";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { monotonic, readClock } from "#lib/time/clock";
import { connect } from "#lib/database/db";
import { DEFAULT_LIMITS, env } from "#lib/base/env";
import { ARRIVAL_HEADER } from "#lib/http/arrival";
import { openKv } from "#lib/kv/open";
import { migrate } from "#lib/database/migrations";
import { execute, query, sql } from "#lib/database/sql";
import { invariants } from "../../modules/all.ts";
import { createDefinition, progress, runWorker, startRun } from "#modules/runs";
import { aWorker } from "#tests/factories/worker-process";
import { initialise, type Server, startServer } from "../../scripts/postgres/server.ts";
import { freePort } from "../../scripts/ports.ts";
import { databaseUser, ownedBy } from "../../scripts/postgres/binaries.ts";
import { AUTH_SECRET, CRON_SECRET, SERVICE_API_KEY } from "../setup/secrets.ts";

const PASSWORD = "throw-away";
const SECRETS = { AUTH_SECRET, CRON_SECRET, SERVICE_API_KEY };
let folder: string;
let port: number;
let server: Server;
let health: () => Promise<Response>;
/** `arrivedMs` ago by the server's own note. */
let queue: (arrivedMs?: number) => Promise<Response>;
let tick: () => Promise<Response>;

beforeAll(async () => {
  const outer = await mkdtemp(join(tmpdir(), "ringback-away-"));
  await ownedBy(await databaseUser(), outer);
  folder = join(outer, "data");
  port = await freePort();
  await initialise(folder, PASSWORD);
  server = await startServer({ folder, port, password: PASSWORD });
  await migrate(server.url("postgres"));
  Object.assign(process.env, SECRETS, { DATABASE_URL: server.url("postgres") });
  const [{ GET: getHealth }, { GET: getQueue }, { GET: getTick }] = await Promise.all([
    import("../../app/api/health/route.ts"),
    import("../../app/api/queue/route.ts"),
    import("../../app/api/cron/callback-notifications/route.ts"),
  ]);
  const ask = (path: string, key: string, arrivedMs = 0) =>
    new Request(`http://localhost${path}`, {
      headers: { authorization: `Bearer ${key}`, [ARRIVAL_HEADER]: String(monotonic() - arrivedMs) },
    });
  const context = { params: Promise.resolve({}) };
  health = () => getHealth(ask("/api/health", ""), context);
  queue = (arrivedMs) => getQueue(ask("/api/queue", SECRETS.SERVICE_API_KEY, arrivedMs), context);
  tick = () => getTick(ask("/api/cron/callback-notifications", SECRETS.CRON_SECRET), context);
  expect((await queue()).status).toBe(200);
  expect((await tick()).status).toBe(200);
});

afterAll(() => server.stop());

/** The main process of the server; it writes its number into its lock file. */
async function postmaster(): Promise<number> {
  return Number((await readFile(join(folder, "postmaster.pid"), "utf8")).split("\n")[0]);
}

/** Every process of the server: the main one and its children. */
async function everyProcess(): Promise<number[]> {
  const main = await postmaster();
  const { stdout } = await promisify(execFile)("ps", ["-eo", "pid=,ppid="]);
  const children = stdout.split("\n").map((line) => line.trim().split(/\s+/).map(Number));
  return [main, ...children.flatMap(([pid, parent]) => (parent === main && pid ? [pid] : []))];
}

async function expectUnavailable(response: Response): Promise<void> {
  expect(response.status).toBe(503);
  expect(response.headers.get("retry-after")).toBe("1");
}

test("a database that is down is a 503 with Retry-After, health says so, and the app is back when it is", async () => {
  await server.stop();
  await expectUnavailable(await queue());
  await expectUnavailable(await tick());
  expect(await (await health()).json()).toMatchObject({ ok: false, database: "down" });
  server = await startServer({ folder, port, password: PASSWORD });
  expect((await queue()).status).toBe(200);
  expect((await tick()).status).toBe(200);
  expect((await health()).status).toBe(200);
});

test("a database whose disk is full refuses a write with a sentence that says so, and health names it while reading goes on", async () => {
  const db = connect(server.url("postgres"));
  await execute(
    db,
    sql`CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql
        AS 'BEGIN RAISE EXCEPTION USING ERRCODE = ''53100'', MESSAGE = ''could not extend file: No space left on device''; END'`,
  );
  await execute(db, sql`CREATE TRIGGER full_disk BEFORE INSERT ON tick_runs EXECUTE FUNCTION full_disk()`);
  try {
    const refused = await tick();
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("30");
    expect(await refused.json()).toMatchObject({
      code: "unavailable",
      detail: expect.stringContaining("the disk of the database is full"),
    });
    expect((await queue()).status).toBe(200);
    const said = await health();
    expect(said.status).toBe(200);
    expect(((await said.json()) as { notes: string[] }).notes.join()).toContain("The disk of the database is full");
  } finally {
    await execute(db, sql`DROP FUNCTION full_disk CASCADE`);
    await db.$disconnect();
  }
});

test("a restart between two requests costs at most one 503 for each connection that died", async () => {
  await Promise.all(Array.from({ length: 5 }, () => queue()));
  await server.stop();
  server = await startServer({ folder, port, password: PASSWORD });
  const statuses: number[] = [];
  for (let n = 0; n < 6; n += 1) statuses.push((await queue()).status);
  expect(statuses.at(-1)).toBe(200);
  expect(statuses.every((status) => status === 200 || status === 503)).toBe(true);
});

test("a connection that is ended from outside does not end the process", async () => {
  await queue();
  const other = connect(server.url("postgres"));
  await other.$executeRaw`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ringback' AND pid <> pg_backend_pid()`;
  await other.$disconnect();
  const first = (await queue()).status;
  expect([200, 503]).toContain(first);
  expect((await queue()).status).toBe(200);
});

test("a frozen database is a 503 within the deadline of a request, and the app goes on when it thaws", async () => {
  await queue();
  const frozen = await everyProcess();
  for (const pid of frozen) process.kill(pid, "SIGSTOP");
  try {
    // The deadline of the edge answers even where no timeout of the database could; otherwise this would hang.
    await expectUnavailable(await queue(env().REQUEST_TIMEOUT_SECONDS * 940));
  } finally {
    for (const pid of frozen) process.kill(pid, "SIGCONT");
  }
  let status = 0;
  for (let n = 0; n < 3 && status !== 200; n += 1) status = (await queue()).status;
  expect(status).toBe(200);
});

/** The numbers of a run's rows, counted in their tables. */
const kept = z.object({ completed: z.int(), items: z.int(), transcripts: z.int(), jobs: z.int(), status: z.string() });

test("a database that is restarted, and then crashes, while workers drain loses no item and counts none twice", {
  tags: ["long"],
}, async () => {
  const db = connect(server.url("postgres"), { timeouts: "batch" });
  const ctx: Ctx = {
    now: await readClock(db),
    db,
    kv: openKv(),
    log: pino({ level: "silent" }),
    newId: randomUUID,
    limits: DEFAULT_LIMITS,
    actor: { kind: "service" } as const,
    afterAnswer: (work) => void work(ctx),
  };
  const scenarios = Array.from({ length: 20 }, (_, n) => ({
    id: `s${n}`,
    title: "Late",
    messages: [`Where is ${n}?`],
  }));
  const { id: definitionId } = await createDefinition(ctx, { name: "Parcels", scenarios });
  const { worker, ended } = aWorker(server.url("postgres"));
  const stop = new AbortController();
  const beside = runWorker(ctx, { id: "beside", stop: stop.signal, end: stop.signal });
  const seen = () => query(db, z.object({ id: z.string() }), sql`SELECT id FROM job_workers`);
  await expect.poll(async () => (await seen()).length).toBe(2);
  const { run } = await startRun(ctx, { definitionId, models: ["mock/slow", "mock/flaky"] });
  const stand = async () =>
    (
      await query(
        db,
        kept,
        sql`SELECT count(*) FILTER (WHERE state = 'completed')::int AS completed, count(*)::int AS items,
                   (SELECT count(*) FROM run_transcripts)::int AS transcripts, (SELECT status FROM runs) AS status,
                   (SELECT count(*) FROM pgboss.job_common WHERE name = 'probe_scenario' AND state = 'completed')::int AS jobs
            FROM run_items`,
      )
    )[0]!;
  for (const end of [() => server.stop(), async () => process.kill(await postmaster(), "SIGQUIT")]) {
    const { completed: before } = await stand();
    await expect.poll(async () => (await stand()).completed).toBeGreaterThan(before + 2);
    await end();
    await server.gone;
    server = await startServer({ folder, port, password: PASSWORD });
  }
  // Jobs that were held when the connections broke are tried again once their heartbeats are overdue.
  await execute(
    db,
    sql`CREATE OR REPLACE FUNCTION pgboss.job_now() RETURNS timestamptz LANGUAGE sql STABLE AS $$SELECT clock_timestamp() + interval '70 seconds'$$`,
  );
  await expect.poll(async () => (await stand()).status).toBe("COMPLETED");
  worker.kill("SIGTERM");
  stop.abort();
  const [{ code, said }] = await Promise.all([ended, beside]);
  expect(code, said).toBe(0);
  expect(await stand()).toEqual({ completed: 40, items: 40, transcripts: 40, jobs: 40, status: "COMPLETED" });
  const ends = sql`SELECT count(*)::int AS n FROM pgboss.job_common WHERE name LIKE 'analyze%'`;
  expect(await query(db, z.object({ n: z.int() }), ends), "it ended once").toEqual([{ n: 2 }]);
  for (const { id, statement } of invariants) expect([id, await db.$queryRaw(statement)]).toEqual([id, []]);
  expect((await progress(ctx, run.id)).percentComplete).toBe(100);
  await db.$disconnect();
});
