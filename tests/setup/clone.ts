import pg from "pg";
import { inject } from "vitest";

/**
 * Clones `template` as the database of the calling test file, and returns its address and a function that removes it, closing all
 * its connections.
 */
export async function cloneDatabase(template: string): Promise<{ url: string; drop: () => Promise<void> }> {
  const server = inject("serverUrl");
  const name = `test_${process.pid}_${process.hrtime.bigint()}`;
  await onServer(server, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => onServer(server, `DROP DATABASE ${name} WITH (FORCE)`) };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
