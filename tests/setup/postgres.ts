/** Starts one throw-away PostgreSQL for the whole run, with two template databases that test files are cloned from. */
import { execFile } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { initialise, startServer } from "../../scripts/postgres/server.ts";
import { freePort } from "../../scripts/ports.ts";
import { databaseUser, ownedBy } from "../../scripts/postgres/binaries.ts";

const PASSWORD = "throw-away";

/** As in production: `ringback_now()` returns the machine's time. */
export const REAL_CLOCK_TEMPLATE = "ringback_template";
/** `ringback_now()` returns the time in the row of `test_clock`, which tests set. */
export const TEST_CLOCK_TEMPLATE = "ringback_template_test_clock";

declare module "vitest" {
  interface ProvidedContext {
    /** The address of the throw-away server's own database; the other databases differ in the last part. */
    serverUrl: string;
    /** Whether the test file is one of several that run in one process after each other. */
    sharesProcess: boolean;
  }
}

const TEST_CLOCK = `
  CREATE TABLE test_clock (now timestamptz(3) NOT NULL);
  INSERT INTO test_clock VALUES ('2026-03-02T09:00:00Z');
  CREATE OR REPLACE FUNCTION ringback_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$ SELECT now FROM test_clock $$;
  CREATE OR REPLACE FUNCTION pgboss.job_now() RETURNS timestamptz LANGUAGE sql STABLE AS $$ SELECT now FROM test_clock $$;
`;

/**
 * Empties every table, starts every id at 1 again, and sets the clock. Most tests leave a few rows, and deleting those takes a
 * twentieth of the time of TRUNCATE, which creates new files for every table and index. Its locks wait, as TRUNCATE does, for
 * work that a test has left under way. It runs before every test: a plain statement for each table takes half of the time of
 * one with an IF.
 */
const TEST_EMPTY = `
  DO $do$
  DECLARE
    tables text[] := (SELECT array_agg(quote_ident(tablename)) FROM pg_tables
                      WHERE schemaname = 'public' AND tablename NOT IN ('_prisma_migrations', 'test_clock'))
                     || 'pgboss.job_common'::text;
  BEGIN
    EXECUTE format(
      $format$
        CREATE FUNCTION test_empty(at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE large regclass;
        BEGIN
          LOCK TABLE %s;
          FOR large IN SELECT oid FROM pg_class WHERE oid = ANY (%L::oid[]) AND pg_relation_size(oid) > 1000000 LOOP
            EXECUTE format('TRUNCATE %%s CASCADE', large);
          END LOOP;
          %s
          -- The last upkeep of the queues, by a clock that goes back now.
          UPDATE pgboss.queue SET monitor_on = NULL, monitor_claim_on = NULL, maintain_on = NULL, retained_on = NULL, delta_on = NULL
          WHERE monitor_claim_on IS NOT NULL OR monitor_on IS NOT NULL OR maintain_on IS NOT NULL;
          UPDATE pgboss.version SET monitor_backoff_on = NULL WHERE monitor_backoff_on IS NOT NULL;
          PERFORM %s;
          UPDATE test_clock SET now = at;
        END $$
      $format$,
      array_to_string(tables, ', '),
      (SELECT array_agg(name::regclass::oid) FROM unnest(tables) AS name),
      (SELECT string_agg(format('DELETE FROM %s;', name), ' ') FROM unnest(tables) AS name),
      (SELECT string_agg(format('setval(%L, %s, false)', format('%I.%I', schemaname, sequencename), start_value), ', ')
       FROM pg_sequences WHERE schemaname = 'public')
    );
  END $do$;
`;

export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const outer = await mkdtemp(join(tmpdir(), "ringback-test-"));
  await ownedBy(await databaseUser(), outer);
  const folder = join(outer, "data");
  await initialise(folder, PASSWORD);
  const server = await startServer({
    folder,
    port: await freePort(),
    password: PASSWORD,
    deleteOnStop: outer,
    // Nothing must survive a power failure here, and every test file clones a database. No replica reads its log.
    settings: {
      max_connections: "500",
      fsync: "off",
      full_page_writes: "off",
      max_wal_size: "4GB",
      wal_level: "minimal",
      max_wal_senders: "0",
    },
  });
  try {
    await statement(server.url("postgres"), `CREATE DATABASE ${REAL_CLOCK_TEMPLATE}`);
    // The command that people use, in a process of its own: a database that is in use cannot be cloned.
    await promisify(execFile)(process.execPath, ["scripts/migrate.ts"], {
      env: { ...process.env, DATABASE_URL: server.url(REAL_CLOCK_TEMPLATE) },
    });
    await statement(server.url("postgres"), `CREATE DATABASE ${TEST_CLOCK_TEMPLATE} TEMPLATE ${REAL_CLOCK_TEMPLATE}`);
    await statement(server.url(TEST_CLOCK_TEMPLATE), TEST_CLOCK + TEST_EMPTY);
  } catch (error) {
    await server.stop();
    throw error;
  }
  provide("serverUrl", server.url("postgres"));
  return server.stop;
}

async function statement(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
