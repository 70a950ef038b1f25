/** Importing this file gives a test file a table for documents in its own database, and a Redis where there is one. */
import pg from "pg";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { copied } from "#lib/kv/copied";
import { redisCopies } from "#lib/kv/copy";
import { tableKv, type TableKv } from "#lib/kv/table";
import { hasRedis, type RedisRest, startRedisRest } from "../fakes/redis-rest.ts";
import { databaseUrl } from "./database.ts";

/** Statements past the store. */
export const pool = new pg.Pool({ connectionString: databaseUrl });
await pool.query(`CREATE TABLE kept_documents (
  key text PRIMARY KEY, value jsonb NOT NULL, created_at timestamptz NOT NULL, expires_at timestamptz NOT NULL,
  copy_due_at timestamptz, may_be_copied boolean NOT NULL DEFAULT true, note jsonb
)`);

/** The store over this table. */
export const table: TableKv = tableKv(pool, "kept_documents");
/** The same where copies are kept elsewhere. */
export const openTable = () => tableKv(pool, "kept_documents", { hasCopies: true });

let started: RedisRest;

/** The Redis of this file; only when `hasRedis`. */
export const rest = (): RedisRest => started;
/** The copies in it, as another process would open them. */
export const openCopies = () => redisCopies(started);
/** The table with copies in Redis, as another process would open both. */
export const openCopied = () => copied(openTable(), openCopies());

beforeAll(async () => {
  if (hasRedis) started = await startRedisRest();
});
beforeEach(async () => {
  await pool.query("TRUNCATE kept_documents");
  // A test may have left it dead; what is started again is empty.
  if (hasRedis) await started.redis("FLUSHALL").catch(started.restart);
  started?.executed.splice(0);
});
afterAll(async () => {
  await pool.end();
  await started?.stop();
});
