/**
 * A migration that is killed at any moment: the same command applies the rest, and the schema is complete.
 * @module-tag long
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { migrate } from "#lib/database/migrations";
import renamed from "../../prisma/migrations/renamed.json" with { type: "json" };

const COMMAND = ["scripts/migrate.ts"];
const MIGRATIONS = join(process.cwd(), "prisma", "migrations");
const OLD_NAMES = new Map(Object.entries(renamed).map(([old, present]) => [present, old]));
const server = new pg.Client({ connectionString: inject("serverUrl") });
const made: string[] = [];
let whole: Awaited<ReturnType<typeof describe>>;
/** Milliseconds that a whole migration takes on this machine. */
let duration: number;

beforeAll(async () => {
  await server.connect();
  const url = await emptyDatabase();
  const begun = performance.now();
  await migrateAgain(url);
  duration = performance.now() - begun;
  whole = await describe(url);
  expect(whole.applied.length).toBeGreaterThan(10);
});

afterAll(async () => {
  for (const name of made) await server.query(`DROP DATABASE ${name} WITH (FORCE)`);
  await server.end();
});

async function emptyDatabase(): Promise<string> {
  const name = `killed_${process.pid}_${made.length}`;
  await server.query(`CREATE DATABASE ${name}`);
  made.push(name);
  return Object.assign(new URL(inject("serverUrl")), { pathname: `/${name}` }).href;
}

/** The command a person uses; it must work. */
async function migrateAgain(url: string): Promise<string> {
  return (await promisify(execFile)(process.execPath, COMMAND, environment(url))).stdout;
}

function start(url: string): ChildProcess {
  return spawn(process.execPath, COMMAND, { ...environment(url), stdio: "ignore" });
}

function environment(url: string) {
  return { env: { ...process.env, DATABASE_URL: url } };
}

async function on<T extends pg.QueryResultRow>(url: string, statement: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** The history as the code reads it, the unfinished migrations, and everything that migrations create. */
async function describe(url: string) {
  const history = await on<{ name: string; state: "applied" | "unfinished" }>(
    url,
    `SELECT migration_name AS name, CASE WHEN finished_at IS NULL THEN 'unfinished' ELSE 'applied' END AS state
     FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY name`,
  );
  const parts = await on<{ part: string }>(
    url,
    `SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || is_nullable || coalesce(column_default, '') AS part
     FROM information_schema.columns WHERE table_schema = 'public'
     UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
     UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
     UNION ALL SELECT 'trigger ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
     UNION ALL SELECT 'function ' || proname || ' ' || prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
     ORDER BY part`,
  );
  const named = (wanted: string) => history.filter(({ state }) => state === wanted).map(({ name }) => name);
  return { applied: named("applied"), unfinished: named("unfinished"), parts };
}

/** Does `work` while the first script waits for a lock of another transaction, which is then released. */
async function whileBlocked(url: string, work: () => Promise<void>): Promise<void> {
  const holder = new pg.Client({ connectionString: url });
  await holder.connect();
  try {
    // An uncommitted table of the same name makes the script wait.
    await holder.query("BEGIN; CREATE TABLE users (id int)");
    await work();
  } finally {
    await holder.query("ROLLBACK");
    await holder.end();
  }
}

/** Resolves when so many migrators wait: for the lock of the migrations, or at their script for that of a table. */
async function untilWaiting(url: string, wanted: { script: number; turn: number }): Promise<void> {
  const statement = `SELECT count(*) FILTER (WHERE wait_event <> 'advisory')::int AS script,
      count(*) FILTER (WHERE wait_event = 'advisory')::int AS turn
    FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND ${MIGRATORS}`;
  await expect.poll(() => on(url, statement), { timeout: 60_000 }).toEqual([wanted]);
}

const MIGRATORS = "datname = current_database() AND application_name = 'ringback migration'";

test("db:migrate killed at any of 20 moments of its run simply works the next time", async () => {
  for (let moment = 1; moment <= 20; moment += 1) {
    const url = await emptyDatabase();
    const migrator = start(url);
    const gone = once(migrator, "exit");
    const kill = setTimeout(() => migrator.kill("SIGKILL"), (duration * moment) / 21);
    await gone;
    clearTimeout(kill);
    await migrate(url);
    expect(await describe(url), `killed after ${moment}/21 of its time`).toEqual(whole);
  }
});

test("a script that PostgreSQL ends after its migrator was killed is applied, and not applied again", async () => {
  const url = await emptyDatabase();
  await whileBlocked(url, async () => {
    const migrator = start(url);
    await untilWaiting(url, { script: 1, turn: 0 });
    const gone = once(migrator, "exit");
    migrator.kill("SIGKILL");
    await gone;
  });
  const { applied } = await migrate(url);
  expect(applied).toEqual(whole.applied.slice(1));
  expect(await describe(url)).toEqual(whole);
});

test("a migrator whose session is ended at its script says so in words, and the next one works", async () => {
  const url = await emptyDatabase();
  let said = "";
  await whileBlocked(url, async () => {
    const migrator = spawn(process.execPath, COMMAND, environment(url));
    migrator.stderr.on("data", (chunk) => {
      said += chunk;
    });
    const gone = once(migrator, "close");
    await untilWaiting(url, { script: 1, turn: 0 });
    await on(url, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${MIGRATORS}`);
    expect(await gone).toEqual([1, null]);
  });
  expect(said).toMatch(/could not be migrated[\s\S]*terminat/);
  await migrate(url);
  expect(await describe(url)).toEqual(whole);
});

test("a migrator gives up nothing that another one is at: it waits, and both end well", async () => {
  const url = await emptyDatabase();
  let both: Promise<string[]> | undefined;
  await whileBlocked(url, async () => {
    both = Promise.all([migrateAgain(url), migrateAgain(url)]);
    await untilWaiting(url, { script: 1, turn: 1 });
  });
  const said = await both;
  expect(said?.filter((words) => words.includes("Nothing to apply"))).toHaveLength(1);
  expect(await describe(url)).toEqual(whole);
  expect(await on(url, "SELECT 1 FROM _prisma_migrations WHERE rolled_back_at IS NOT NULL")).toEqual([]);
});

test("the history of a database that an older version left blocked is mended", async () => {
  const url = await emptyDatabase();
  await migrate(url);
  await on(
    url,
    `INSERT INTO _prisma_migrations (id, checksum, started_at, migration_name)
     VALUES ('left behind', 'x', now(), '20991231000000_left_behind')`,
  );
  await migrate(url);
  expect(await describe(url)).toEqual(whole);
});

/** Tables and functions that a later migration of the same evening brought before an earlier one was there. */
test("a database that has later migrations and lacks earlier ones gets those, and is then as every other", async () => {
  const url = await emptyDatabase();
  const isLate = (name: string) => name.startsWith("20261125230") || name > "20261126";
  const applied = whole.applied.filter((name) => !isLate(name));
  expect(applied).toContain("20261125231000_call_queue_hours");
  await migrateByHand(url, applied);
  const { applied: added } = await migrate(url);
  expect(added).toEqual(whole.applied.filter(isLate));
  expect(await describe(url)).toEqual(whole);
});

test("a database that knows migrations by their old names has none applied again, and serves the older version as before", async () => {
  const url = await emptyDatabase();
  await migrate(url);
  for (const [present, old] of OLD_NAMES) {
    await on(url, `UPDATE _prisma_migrations SET migration_name = '${old}' WHERE migration_name = '${present}'`);
  }
  const before = await describe(url);
  const said = await migrateAgain(url);
  expect(said).toContain("Nothing to apply");
  expect(said).not.toContain("does not know");
  const { applied } = await describe(url);
  expect(applied).toEqual([...new Set([...before.applied, ...whole.applied])].sort());
  expect(applied).toHaveLength(whole.applied.length + OLD_NAMES.size);
  expect(await migrateAgain(url)).toContain("Nothing to apply");
  expect((await describe(url)).applied).toEqual(applied);
});

test("a database that stopped among migrations of old names gets the rest", async () => {
  const url = await emptyDatabase();
  const old = await migrateByHand(url, whole.applied.slice(0, 7), (name) => OLD_NAMES.get(name) ?? name);
  expect(old).toContain("20261123150000_reassign");
  const { applied } = await migrate(url);
  expect(applied).toEqual(whole.applied.slice(7));
  const now = await describe(url);
  expect({ ...now, applied: now.applied.filter((name) => !old.includes(name)) }).toEqual(whole);
});

/** Applies the migrations of these names as an older version did; answers the names under which it recorded them. */
async function migrateByHand(url: string, names: string[], recordedAs = (name: string) => name): Promise<string[]> {
  await on(url, HISTORY);
  for (const name of names) {
    const script = await readFile(join(MIGRATIONS, name, "migration.sql"), "utf8");
    await on(url, script);
    const checksum = createHash("sha256").update(script).digest("hex");
    await on(
      url,
      `INSERT INTO _prisma_migrations (id, checksum, started_at, finished_at, migration_name, applied_steps_count)
       VALUES (gen_random_uuid(), '${checksum}', now(), now(), '${recordedAs(name)}', 1)`,
    );
  }
  return names.map(recordedAs);
}

/** As Prisma makes it. */
const HISTORY = `CREATE TABLE _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`;

test("db:migrate names the migrations that the database has from a newer version", async () => {
  const url = await emptyDatabase();
  await migrate(url);
  expect(await migrateAgain(url)).not.toContain("does not know");
  await on(
    url,
    `INSERT INTO _prisma_migrations (id, checksum, finished_at, started_at, migration_name)
     VALUES ('newer', 'x', now(), now(), '29991231000000_newer')`,
  );
  expect(await migrateAgain(url)).toContain("does not know: 29991231000000_newer.");
});

test("every migration can be sent whole: none ends a transaction, and none has a statement that needs to stand alone", async () => {
  const files = (await readdir(MIGRATIONS, { recursive: true })).filter((file) => file.endsWith(".sql"));
  expect(files.length).toBe(whole.applied.length);
  for (const file of files) {
    const statements = (await readFile(join(MIGRATIONS, file), "utf8"))
      .replace(/\$(\w*)\$[\s\S]*?\$\1\$/g, "''")
      .replace(/--.*$/gm, "")
      // The body of a function in SQL is no transaction of the migration.
      .replace(/\bBEGIN ATOMIC\b[\s\S]*?\bEND;/g, "'';")
      .split(";");
    const alone =
      /^\s*(BEGIN|START\s+TRANSACTION|COMMIT|END|ROLLBACK|ABORT|VACUUM|ALTER\s+SYSTEM|CREATE\s+DATABASE)\b|\bCONCURRENTLY\b/i;
    expect(
      statements.filter((statement) => alone.test(statement)),
      file,
    ).toEqual([]);
  }
});
