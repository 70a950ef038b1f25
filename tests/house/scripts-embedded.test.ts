/** @module-tag long */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { hasEmbeddedDatabase, openEmbeddedDatabase } from "../../scripts/postgres/embedded-database.ts";
import { lockFolder } from "../../scripts/folder-lock.ts";
import { keepEmbeddedDatabase } from "../../scripts/keep-database.ts";
import { inWords } from "../../scripts/main.ts";
import { isAlive } from "../../scripts/postgres/lock.ts";

let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "ringback-embedded-"));
  // As a checkout is. A folder of mkdtemp is closed to the system user that runs PostgreSQL when we are root.
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

async function serverPid(home = dataDir): Promise<number> {
  return Number.parseInt(await readFile(join(home, "postgres", "postmaster.pid"), "utf8"), 10);
}

test("written rows are there after the next start, at the same address", async () => {
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

test("a process that opens a running database joins it, does not stop it, and ends when its work is done", async () => {
  const owner = await openEmbeddedDatabase(dataDir);
  const guest = await openEmbeddedDatabase(dataDir);
  expect(guest.url).toBe(owner.url);
  await guest.close();
  const script = `const { openEmbeddedDatabase } = await import("./scripts/postgres/embedded-database.ts");
    await (await openEmbeddedDatabase(process.argv[1])).close();
    console.log("done");`;
  const ended = promisify(execFile)(process.execPath, ["--input-type=module", "-e", script, dataDir], {
    timeout: 60_000,
  });
  expect((await ended).stdout).toBe("done\n");
  expect(await ask(owner.url, "SELECT n FROM kept")).toEqual([{ n: 7 }]);
  await owner.close();
});

test("a server that was killed leaves nothing in the way", async () => {
  const killed = await openEmbeddedDatabase(dataDir);
  const pid = await serverPid();
  process.kill(pid, "SIGKILL");
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), 60_000);
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

test("one that ends by itself is started again at the same address, whether its main process or all of it was killed", async () => {
  const said: string[] = [];
  const kept = await keepEmbeddedDatabase(dataDir, (sentence) => said.push(sentence));
  for (const target of [1, -1]) {
    const pid = await serverPid();
    process.kill(pid * target, "SIGKILL");
    await expect.poll(() => said.at(-1), { timeout: 60_000 }).toBe("The embedded PostgreSQL is running again.");
    expect(await ask(kept.url, "SELECT n FROM kept")).toEqual([{ n: 7 }]);
    expect(await serverPid()).not.toBe(pid);
    expect(said.splice(0)).toHaveLength(2);
  }
  const pid = await serverPid();
  await kept.close();
  expect([isAlive(pid), said]).toEqual([false, []]);
});

test("a database that cannot be started again is given up with a sentence that says why, and what to do", async () => {
  const said: string[] = [];
  const kept = await keepEmbeddedDatabase(dataDir, (sentence) => said.push(sentence), [0, 10, 10]);
  const control = join(dataDir, "postgres", "global", "pg_control");
  await rename(control, `${control}.away`);
  process.kill(await serverPid(), "SIGKILL");
  const error = await kept.lost.catch((error: Error) => error);
  expect(inWords(error)).toMatch(
    /ends again and again\. Mend what it says below.*run npm start again[\s\S]*global\/pg_control/,
  );
  expect(said.filter((sentence) => sentence.includes("does not start yet"))).toHaveLength(1);
  await kept.close();
  await rename(`${control}.away`, control);
  const next = await openEmbeddedDatabase(dataDir);
  expect(await ask(next.url, "SELECT n FROM kept")).toEqual([{ n: 7 }]);
  await next.close();
});

test("a first start that was killed in initdb, or before the cluster had its name, is no obstacle", async () => {
  const home = await mkdtemp(join(tmpdir(), "ringback-embedded-"));
  await chmod(home, 0o755);
  await mkdir(join(home, "postgres.new", "base"), { recursive: true });
  await writeFile(join(home, "postgres.new.password"), "of the start before");
  const first = await openEmbeddedDatabase(home);
  await ask(first.url, "CREATE TABLE kept AS SELECT 8 AS n");
  await first.close();
  await rename(join(home, "postgres"), join(home, "postgres.new"));
  const second = await openEmbeddedDatabase(home);
  expect(await ask(second.url, "SELECT n FROM kept")).toEqual([{ n: 8 }]);
  await second.close();
  await rm(home, { recursive: true, force: true });
});

test("the folder of a running npm start is locked for every other one until its process ends, however it does", async () => {
  const code = `import { lockFolder } from "./scripts/folder-lock.ts"; await lockFolder(process.argv[1]); console.log("locked"); setInterval(() => {}, 1e9);`;
  const holder = spawn(process.execPath, ["--input-type=module", "--eval", code, dataDir], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gone = once(holder, "exit");
  expect(String((await once(holder.stdout, "data"))[0])).toBe("locked\n");
  const refused = await lockFolder(dataDir).catch((error: Error) => error.message);
  expect(refused).toContain(`Another npm start is at work on ${dataDir} (process ${holder.pid}); end it first`);
  const unlockOther = await lockFolder(join(dataDir, "other"));
  await unlockOther();
  holder.kill("SIGKILL");
  await gone;
  const unlock = await lockFolder(dataDir);
  await unlock();
});

test("a full disk ends no promise: with room again the database runs again by itself", async ({ skip }) => {
  const home = await mkdtemp(join(tmpdir(), "ringback-full-"));
  const mounted = await promisify(execFile)("mount", ["-t", "tmpfs", "-o", "size=160m,mode=755", "tmpfs", home]).catch(
    () => null,
  );
  if (mounted === null) {
    await rm(home, { recursive: true, force: true });
    return skip("this machine lets us make no file system of a limited size");
  }
  const said: string[] = [];
  const kept = await keepEmbeddedDatabase(
    home,
    (sentence) => said.push(sentence),
    Array.from({ length: 200 }, () => 300),
  );
  try {
    await ask(kept.url, "CREATE TABLE kept AS SELECT 9 AS n");
    const ballast = join(home, "ballast");
    // Fills the rest of the disk; then the server has to write in order to recover.
    await promisify(execFile)("dd", ["if=/dev/zero", `of=${ballast}`, "bs=64k"]).catch(() => {});
    await ask(kept.url, "CREATE TABLE too_much AS SELECT g, repeat('x', 1000) FROM generate_series(1, 200000) g").catch(
      () => {},
    );
    process.kill(await serverPid(home), "SIGKILL");
    await expect.poll(() => said.join("\n"), { timeout: 60_000 }).toMatch(/No space left on device/);
    await rm(ballast);
    await expect.poll(() => said.at(-1), { timeout: 60_000 }).toBe("The embedded PostgreSQL is running again.");
    expect(await ask(kept.url, "SELECT n FROM kept")).toEqual([{ n: 9 }]);
  } finally {
    await kept.close();
    await promisify(execFile)("umount", [home]);
    await rm(home, { recursive: true, force: true });
  }
}, 180_000);
