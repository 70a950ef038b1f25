/** Reads the `postmaster.pid` of a cluster, and handles one that a crash left behind. */
import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { addressOf } from "./server.ts";

const LONGEST_WAIT_MS = 60_000;

/** Whether a process with this id is running, whichever user owns it. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * Whether a server runs for the cluster in `folder`. Waits while one is starting or stopping, and removes the lock file of an
 * ended one when its process id now belongs to another program.
 */
export async function waitUntilSettled(folder: string, port: number, password: string): Promise<boolean> {
  const deadline = performance.now() + LONGEST_WAIT_MS;
  for (;;) {
    if (await answers(folder, port, password)) return true;
    const pid = await lockedBy(folder);
    if (pid === undefined || !isAlive(pid)) return false;
    if (!(await isPostgres(pid))) {
      await rm(join(folder, "postmaster.pid"), { force: true });
      return false;
    }
    if (performance.now() > deadline) {
      throw new Error(`A PostgreSQL (process ${pid}) holds ${folder} but does not answer. Stop it and try again.`);
    }
    await new Promise((done) => setTimeout(done, 200));
  }
}

/** Stops a server whose owner has ended, as Ctrl-C would have, and waits for its end. */
export async function stopLeftover(folder: string): Promise<void> {
  const pid = await lockedBy(folder);
  if (pid === undefined) return;
  process.kill(pid, "SIGINT");
  const deadline = performance.now() + LONGEST_WAIT_MS;
  while (isAlive(pid)) {
    if (performance.now() > deadline)
      throw new Error(`PostgreSQL (process ${pid}) does not stop. Stop it and try again.`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

async function answers(folder: string, port: number, password: string): Promise<boolean> {
  const client = new pg.Client({
    connectionString: addressOf(port, password, "postgres"),
    connectionTimeoutMillis: 2_000,
    query_timeout: 2_000,
  });
  client.on("error", () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>("SHOW data_directory");
    return rows[0]?.data_directory === folder;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

async function lockedBy(folder: string): Promise<number | undefined> {
  const text = await readFile(join(folder, "postmaster.pid"), "utf8").catch(() => "");
  const pid = Number.parseInt(text, 10);
  return pid > 0 ? pid : undefined;
}

async function isPostgres(pid: number): Promise<boolean> {
  const { stdout } = await promisify(execFile)("ps", ["-o", "comm=", "-p", String(pid)]).catch(() => ({
    stdout: "postgres",
  }));
  return stdout.includes("postgres");
}
