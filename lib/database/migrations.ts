import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory, type ErrorRegistry } from "@prisma/driver-adapter-utils";
import type { MigrationList, SchemaEngine } from "@prisma/schema-engine-wasm/schema_engine_bg";
import pg from "pg";
import { isLockTimeout } from "#lib/database/error";
import { reachDatabase } from "#lib/database/reach";

const FOLDER = join(process.cwd(), "prisma", "migrations");
const NO_FILTERS = { externalTables: [], externalEnums: [] };

/** The names of the migrations of this code, oldest first. */
export async function migrationNames(): Promise<string[]> {
  const entries = await readdir(FOLDER, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/**
 * How the applied migrations of a database differ from those of this code: it has `expected`, the database lacks the `missing`, and
 * has the `newer` from a newer version. The old name of a renamed migration is neither.
 */
export async function compareMigrations(
  applied: string[],
): Promise<{ expected: number; missing: string[]; newer: string[] }> {
  const names = await migrationNames();
  const known = [...names, ...Object.keys(await renamedMigrations())];
  return {
    expected: names.length,
    missing: names.filter((name) => !applied.includes(name)),
    newer: applied.filter((name) => !known.includes(name)),
  };
}

/** The present names of renamed migrations by the names under which older databases have them. */
async function renamedMigrations(): Promise<Record<string, string>> {
  return JSON.parse(await readFile(join(FOLDER, "renamed.json"), "utf8"));
}

/** The result of a migration: the names it applied, and the names that the database has from a newer version of the code. */
export type Migrated = { applied: string[]; newer: string[] };

/**
 * Applies the missing migrations to the database at `url`. Uses Prisma's own schema engine as WebAssembly, so nothing is downloaded
 * and `prisma migrate deploy` reads the same history. After a failure, or when the process was killed, the same call applies the
 * rest; of simultaneous calls one works and the others wait. Its errors are sentences for people.
 */
export async function migrate(url: string): Promise<Migrated> {
  await reachDatabase(url);
  const session = oneSession(url);
  try {
    await takeMigrationLock(session);
    await session.query(GIVE_UP_UNFINISHED);
    await recordNewNames(session);
    const applied = await withEngine(session, async (engine) => {
      const migrationsList = await migrationList();
      return (await engine.applyMigrations({ migrationsList, filters: NO_FILTERS })).appliedMigrationNames;
    });
    const { rows } = await session.query<{ name: string }>(APPLIED);
    return { applied, newer: (await compareMigrations(rows.map(({ name }) => name))).newer };
  } finally {
    if (!session.ending) await session.end();
  }
}

/** The same lock that Prisma's engine takes. It belongs to its session, which may take it again. */
const LOCK = "SET lock_timeout = '60s'; SELECT pg_advisory_lock(72707369); RESET lock_timeout";
const UNFINISHED = "finished_at IS NULL AND rolled_back_at IS NULL";
/**
 * Marks unfinished migrations as rolled back. Under the lock no process is applying them: their migrator was killed or lost its
 * connection, and their scripts left nothing behind. The engine would refuse every later migration because of them.
 */
const GIVE_UP_UNFINISHED = `DO $$ BEGIN
  IF to_regclass('_prisma_migrations') IS NOT NULL THEN
    UPDATE _prisma_migrations SET rolled_back_at = clock_timestamp() WHERE ${UNFINISHED};
  END IF;
END $$`;
const FINISH = `UPDATE _prisma_migrations SET finished_at = clock_timestamp() WHERE ${UNFINISHED};`;
const APPLIED = `SELECT migration_name AS name FROM _prisma_migrations
  WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY name`;

/**
 * Records an applied migration under its new name, too, so that it is not applied again. The record of the old name stays: the
 * older version of the code, which serves until a deployment has ended and again after a step back, finds everything that it
 * expects.
 */
async function recordNewNames(session: pg.Pool): Promise<void> {
  const { rows } = await session.query<{ exists: boolean }>(
    "SELECT to_regclass('_prisma_migrations') IS NOT NULL AS exists",
  );
  if (rows[0]?.exists) await session.query(RECORD_NEW_NAMES, [await renamedMigrations()]);
}

const RECORD_NEW_NAMES = `
  INSERT INTO _prisma_migrations (id, checksum, migration_name, logs, started_at, finished_at, applied_steps_count)
  SELECT gen_random_uuid(), checksum, renamed.value, logs, started_at, finished_at, applied_steps_count
  FROM _prisma_migrations JOIN jsonb_each_text($1) renamed ON renamed.key = migration_name
  WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL AND NOT EXISTS (
    SELECT FROM _prisma_migrations present
    WHERE present.migration_name = renamed.value AND present.finished_at IS NOT NULL AND present.rolled_back_at IS NULL
  )`;

/** A pool of one connection that ends with that connection: the remaining statements must not run in a session without the lock. */
function oneSession(url: string): pg.Pool {
  const session = new pg.Pool({
    connectionString: url,
    max: 1,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: 5_000,
    application_name: "ringback migration",
  });
  session.on("error", () => {});
  session.on("remove", () => {
    if (!session.ending) void session.end();
  });
  return session;
}

async function takeMigrationLock(session: pg.Pool): Promise<void> {
  try {
    await session.query(LOCK);
  } catch (cause) {
    if (!isLockTimeout(cause)) throw cause;
    throw new Error("Another migration has been at work on this database for a minute. Try again when it has ended.");
  }
}

async function withEngine<T>(session: pg.Pool, work: (engine: SchemaEngine) => Promise<T>): Promise<T> {
  loaded ??= loadEngine();
  const bindings = await loaded;
  const factory = bindMigrationAwareSqlAdapterFactory(new WholeScripts(session));
  const engine = await bindings.SchemaEngine.new({ datamodels: undefined }, () => {}, factory);
  try {
    return await work(engine);
  } catch (error) {
    throw inOwnWords(error as Error, factory.errorRegistry);
  } finally {
    engine.free();
  }
}

/** The engine reports an error from its adapter only as "External error id#0"; this is the error itself. */
function inOwnWords(error: Error, registry: ErrorRegistry): Error {
  const [, id] = error.message.match(/External error.*?id#?(\d+)/i) ?? [];
  const cause = id === undefined ? undefined : registry.consumeError(Number(id))?.error;
  return cause === undefined ? error : new Error("The database could not be migrated.", { cause });
}

/**
 * Prisma's adapter cuts a script at every semicolon, also inside a function body. Sent whole, PostgreSQL does the cutting, and a
 * migration that fails halfway leaves nothing behind. The same transaction records that it is finished, because a process that is
 * killed between the two could not.
 */
class WholeScripts extends PrismaPg {
  override async connect(): ReturnType<PrismaPg["connect"]> {
    const adapter = await super.connect();
    adapter.executeScript = async (script) => {
      await adapter.underlyingDriver().query(`${script}\n;${FINISH}`);
    };
    return adapter;
  }
}

let loaded: ReturnType<typeof loadEngine> | undefined;

/** Loads the engine by hand: the package's own entry imports its .wasm as a module, for which Node needs a flag. */
async function loadEngine(): Promise<typeof import("@prisma/schema-engine-wasm/schema_engine_bg")> {
  const bindings = await import("@prisma/schema-engine-wasm/schema_engine_bg");
  const file = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm/schema_engine_bg");
  const bytes = await readFile(file.replace(/\.js$/, ".wasm"));
  const { instance } = await WebAssembly.instantiate(bytes, { "./schema_engine_bg.js": { ...bindings } });
  bindings.__wbg_set_wasm(instance.exports);
  (instance.exports as { __wbindgen_start: () => void }).__wbindgen_start();
  return bindings;
}

async function migrationList(): Promise<MigrationList> {
  const migrationDirectories = await Promise.all(
    (await migrationNames()).map(async (path) => {
      const value = await readFile(join(FOLDER, path, "migration.sql"), "utf8");
      return { path, migrationFile: { path: "migration.sql", content: { tag: "ok" as const, value } } };
    }),
  );
  const content = await readFile(join(FOLDER, "migration_lock.toml"), "utf8");
  return {
    baseDir: FOLDER,
    lockfile: { path: "migration_lock.toml", content },
    shadowDbInitScript: "",
    migrationDirectories,
  };
}
