/** Starts one throw-away PostgreSQL for the whole run, with two template databases that test files are cloned from. */
import { execFile } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { initialise, startServer } from "../../scripts/embedded-postgres.ts";
import { freePort } from "../../scripts/ports.ts";
import { databaseUser, ownedBy } from "../../scripts/postgres-binaries.ts";

const PASSWORD = "throw-away";

/** As in production: `ringback_now()` tells the machine's time. */
export const REAL_CLOCK_TEMPLATE = "ringback_template";
/** `ringback_now()` tells the time of the row of `test_clock`, which tests set. */
export const TEST_CLOCK_TEMPLATE = "ringback_template_test_clock";

declare module "vitest" {
  interface ProvidedContext {
    /** The address of the throw-away server's own database; the other databases differ in the last part. */
    serverUrl: string;
  }
}

const TEST_CLOCK = `
  CREATE TABLE test_clock (now timestamptz(3) NOT NULL);
  INSERT INTO test_clock VALUES ('2026-03-02T09:00:00Z');
  CREATE OR REPLACE FUNCTION ringback_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$ SELECT now FROM test_clock $$;
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
    // Nothing has to survive a power failure here, and every test file clones a database.
    settings: { max_connections: "300", fsync: "off", full_page_writes: "off", max_wal_size: "4GB" },
  });
  try {
    await statement(server.url("postgres"), `CREATE DATABASE ${REAL_CLOCK_TEMPLATE}`);
    // The command a person uses, in a process of its own: a database that is in use cannot be cloned.
    await promisify(execFile)(process.execPath, ["scripts/migrate.ts"], {
      env: { ...process.env, DATABASE_URL: server.url(REAL_CLOCK_TEMPLATE) },
    });
    await statement(server.url("postgres"), `CREATE DATABASE ${TEST_CLOCK_TEMPLATE} TEMPLATE ${REAL_CLOCK_TEMPLATE}`);
    await statement(server.url(TEST_CLOCK_TEMPLATE), TEST_CLOCK);
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
