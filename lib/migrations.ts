import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import type { MigrationList, SchemaEngine } from "@prisma/schema-engine-wasm/schema_engine_bg";

const FOLDER = join(process.cwd(), "prisma", "migrations");
const NO_FILTERS = { externalTables: [], externalEnums: [] };

/** The names of the migrations this code was written for, oldest first. */
export async function migrationNames(): Promise<string[]> {
  const entries = await readdir(FOLDER, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/**
 * Applies what is missing to the database at `url` and returns the names applied. Uses Prisma's own schema
 * engine as WebAssembly, so nothing is downloaded and `prisma migrate deploy` reads the same history.
 */
export async function migrate(url: string): Promise<string[]> {
  return withEngine(url, async (engine) => {
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList: await migrationList(),
      filters: NO_FILTERS,
    });
    return appliedMigrationNames;
  });
}

async function withEngine<T>(url: string, work: (engine: SchemaEngine) => Promise<T>): Promise<T> {
  const bindings = await loadEngine();
  const factory = bindMigrationAwareSqlAdapterFactory(new WholeScripts({ connectionString: url }));
  const engine = await bindings.SchemaEngine.new({ datamodels: undefined }, () => {}, factory);
  try {
    return await work(engine);
  } finally {
    engine.free();
  }
}

/**
 * Prisma's adapter cuts a script at every semicolon, also inside a function body. Sent whole, PostgreSQL does the
 * cutting, and a migration that fails halfway leaves nothing behind.
 */
class WholeScripts extends PrismaPg {
  override async connect(): ReturnType<PrismaPg["connect"]> {
    const adapter = await super.connect();
    adapter.executeScript = async (script) => {
      await adapter.underlyingDriver().query(script);
    };
    return adapter;
  }
}

/** The package's own entry imports its .wasm as a module, which Node does not do without a flag; so by hand. */
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
