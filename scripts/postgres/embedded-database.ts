/** The embedded database that `npm start` keeps under RINGBACK_DATA_DIR: one cluster, one port, one password. */
import { createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import pg from "pg";
import { monotonic, pause } from "#lib/time/clock";
import { addressOf, initialise, type Server, type ServerOptions, startServer } from "./server.ts";
import { inWords } from "../main.ts";
import { freePort, isFree } from "../ports.ts";
import { databaseUser, isReachable, ownedBy, shelter } from "./binaries.ts";
import { isAlive, stopLeftover, waitUntilSettled } from "./lock.ts";

/** The memory between starts, in `postgres.json`, readable by its owner only. */
type Memory = {
  /** The folder of the cluster. */
  folder: string;
  port: number;
  password: string;
  /** The process that stops the server when it ends. */
  ownerPid: number;
};

export type OpenDatabase = {
  url: string;
  /** Stops the server if this process started it; leaves one alone that was already running. */
  close: () => Promise<void>;
  /**
   * Resolves with the last words of the server when it has ended without `close`; without words in a process that only joined it,
   * which looks for it from now on and does not end before.
   */
  whenGone: () => Promise<string>;
};

const DATABASE = "ringback";

/** Whether an embedded database exists under `dataDir`. */
export async function hasEmbeddedDatabase(dataDir: string): Promise<boolean> {
  return (await recall(resolve(dataDir))) !== undefined;
}

/** For how long a killed server's remains may take to end, and how often they are checked. */
const LEFTOVER_MS = 60_000;
const LOOK_MS = 500;

/**
 * Opens the embedded database under `dataDir`: joins a server that is already running for it, else starts it, and creates the
 * cluster the first time. Cleans up after a crash. The port stays the same from start to start unless another process has taken
 * it; with `atSamePort` the database is opened at no other port.
 */
export async function openEmbeddedDatabase(dataDir: string, { atSamePort = false } = {}): Promise<OpenDatabase> {
  const home = resolve(dataDir);
  const memory = (await recall(home)) ?? (await makeCluster(home));
  await finishCluster(memory.folder);
  const running = await waitUntilSettled(memory.folder, memory.port, memory.password);
  if (running && isAlive(memory.ownerPid)) {
    const url = addressOf(memory.port, memory.password, DATABASE);
    return { url, close: async () => {}, whenGone: () => untilGone(memory.ownerPid) };
  }
  if (running) await stopLeftover(memory.folder);
  const port = await choosePort(memory.port, atSamePort);
  const server = await startAfterLeftovers({ folder: memory.folder, port, password: memory.password });
  try {
    if (port !== memory.port || memory.ownerPid !== process.pid)
      await remember(home, { ...memory, port, ownerPid: process.pid });
    await createDatabase(server);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { url: server.url(DATABASE), close: server.stop, whenGone: () => server.gone };
}

/** A server that another process started ends with that process. */
async function untilGone(ownerPid: number): Promise<string> {
  while (isAlive(ownerPid)) await pause(LOOK_MS);
  return "";
}

async function choosePort(port: number, atSamePort: boolean): Promise<number> {
  if (await isFree(port, "127.0.0.1")) return port;
  if (atSamePort) throw new Error(`Port ${port} of the embedded PostgreSQL is in use by another program; end that.`);
  return freePort();
}

/** The sessions of a killed server end a moment after it, and keep its memory until then. */
async function startAfterLeftovers(options: ServerOptions): Promise<Server> {
  const deadline = monotonic() + LEFTOVER_MS;
  for (;;) {
    try {
      return await startServer(options);
    } catch (error) {
      if (!/shared memory block/.test(inWords(error)) || monotonic() > deadline) throw error;
      await pause(LOOK_MS);
    }
  }
}

async function recall(home: string): Promise<Memory | undefined> {
  try {
    return JSON.parse(await readFile(join(home, "postgres.json"), "utf8")) as Memory;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    if (code === "EACCES")
      throw new Error(`${home} belongs to another user; start Ringback as that user.`, { cause: error });
    throw error;
  }
}

/** Writes to a temporary file and renames it, so that a crash leaves the old text or the new one. */
async function remember(home: string, memory: Memory): Promise<void> {
  const file = join(home, "postgres.json");
  await writeFile(`${file}.new`, `${JSON.stringify(memory, undefined, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

async function makeCluster(home: string): Promise<Memory> {
  await mkdir(home, { recursive: true });
  const user = await databaseUser();
  const isOpen = await isReachable(user, join(home, "postgres"));
  // The user postgres cannot reach through a closed home folder such as root's; the cluster then lies elsewhere.
  const parent = isOpen ? home : await shelter(createHash("sha256").update(home).digest("hex").slice(0, 16));
  const folder = join(parent, "postgres");
  if (await stat(folder).catch(() => undefined)) {
    throw new Error(
      `${folder} is there, but ${join(home, "postgres.json")} with its password is not. Move one of them.`,
    );
  }
  const password = randomBytes(24).toString("base64url");
  const half = halfOf(folder);
  await rm(half, { recursive: true, force: true });
  await mkdir(half, { mode: 0o700 });
  await ownedBy(user, half);
  await initialise(half, password);
  const memory = { folder, port: await freePort(), password, ownerPid: process.pid };
  await remember(home, memory);
  return memory;
}

/** The password is stored before the cluster gets its name, so that a kill in between loses neither. */
async function finishCluster(folder: string): Promise<void> {
  if (await stat(folder).catch(() => undefined)) return;
  await rename(halfOf(folder), folder).catch((cause) => {
    throw new Error(
      `The database that was in ${folder} is gone. Bring it back, or delete postgres.json for a new one.`,
      {
        cause,
      },
    );
  });
}

/** The place of a cluster until it is complete. */
function halfOf(folder: string): string {
  return `${folder}.new`;
}

async function createDatabase(server: Server): Promise<void> {
  const client = new pg.Client({ connectionString: server.url("postgres") });
  await client.connect();
  try {
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}
