import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { hasEmbeddedDatabase, openEmbeddedDatabase } from "../../scripts/embedded-database.ts";
import { isAlive } from "../../scripts/postgres-lock.ts";

let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "ringback-embedded-"));
  // As a checkout is; a folder of mkdtemp is closed to the user that PostgreSQL runs as when we are root.
  await chmod(dataDir, 0o755);
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

async function ask(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

async function serverPid(): Promise<number> {
  return Number.parseInt(await readFile(join(dataDir, "postgres", "postmaster.pid"), "utf8"), 10);
}

test("what is written is there after the next start, at the same address", async () => {
  expect(await hasEmbeddedDatabase(dataDir)).toBe(false);
  const first = await openEmbeddedDatabase(dataDir);
  await ask(first.url, "CREATE TABLE kept AS SELECT 7 AS n");
  expect(await ask(first.url, "SHOW server_version")).toEqual([{ server_version: expect.stringMatching(/^18\./) }]);
  await first.close();
  const second = await openEmbeddedDatabase(dataDir);
  expect(second.url).toBe(first.url);
  expect(await ask(second.url, "SELECT n FROM kept")).toEqual([{ n: 7 }]);
  await second.close();
});

test("whoever opens a running one joins it, and does not stop it", async () => {
  const owner = await openEmbeddedDatabase(dataDir);
  const guest = await openEmbeddedDatabase(dataDir);
  expect(guest.url).toBe(owner.url);
  await guest.close();
  expect(await ask(owner.url, "SELECT n FROM kept")).toEqual([{ n: 7 }]);
  await owner.close();
});

test("a server that was killed leaves nothing in the way", async () => {
  const killed = await openEmbeddedDatabase(dataDir);
  const pid = await serverPid();
  process.kill(pid, "SIGKILL");
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), 10_000);
  await killed.close();
  const next = await openEmbeddedDatabase(dataDir);
  expect(await ask(next.url, "SELECT n FROM kept")).toEqual([{ n: 7 }]);
  await next.close();
});

test("a port that somebody else took meanwhile is given up for another", async () => {
  const before = await openEmbeddedDatabase(dataDir);
  await before.close();
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(Number(new URL(before.url).port), "127.0.0.1", resolve));
  const after = await openEmbeddedDatabase(dataDir);
  expect(new URL(after.url).port).not.toBe(new URL(before.url).port);
  expect(await ask(after.url, "SELECT n FROM kept")).toEqual([{ n: 7 }]);
  await after.close();
  other.close();
});
