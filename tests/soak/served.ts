/**
 * The target of the soak: two instances of the production build, a PostgreSQL of their own behind a proxy each, and perhaps a
 * Redis.
 */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { type RunningApp, serveApp, untilHealthy } from "../../scripts/app-process.ts";
import { initialise, type Server, startServer } from "../../scripts/postgres/server.ts";
import { freePort } from "../../scripts/ports.ts";
import { databaseUser, ownedBy } from "../../scripts/postgres/binaries.ts";
import { buildApp, isBuilt } from "../../scripts/production-build.ts";
import { type RedisRest, startRedisRest } from "../fakes/redis-rest.ts";
import { type StallProxy, startStallProxy } from "../fakes/stall-proxy.ts";
import {
  AUTH_SECRET,
  CRON_SECRET,
  CURSOR_WEBHOOK_SECRET,
  RUNNER_WEBHOOK_SECRET,
  SERVICE_API_KEY,
} from "../setup/secrets.ts";

const PASSWORD = "throw-away";

/** Short, so that grace times end during a soak. */
const LIMITS = {
  AGENT_GRACE_SECONDS: "20",
  ACCEPTED_GRACE_SECONDS: "45",
  CALLBACK_RETRY_MINUTES: "1",
  UNDELIVERED_MINUTES: "1",
  SNOOZE_LIMIT: "20",
  // Few, so that another request soon uses a connection with a fault.
  DATABASE_POOL_SIZE: "3",
  REQUEST_TIMEOUT_SECONDS: "",
  REQUESTS_PER_MINUTE: "1000000",
  SERVICE_REQUESTS_PER_MINUTE: "1000000",
};

export type Instance = {
  name: string;
  url: string;
  proxy: StallProxy;
  /** As by kill -9. */
  kill: () => Promise<void>;
  /** Starts again at the same address. */
  start: () => Promise<void>;
};

export type Database = {
  /** Its own address, past the proxies. */
  url: string;
  freeze: () => Promise<void>;
  thaw: () => Promise<void>;
  /** As by kill -9, and started again. */
  killAndStart: () => Promise<void>;
};

export type Served = { instances: Instance[]; database: Database; redis: RedisRest | null; stop: () => Promise<void> };

/** Starts everything; logs of the instances go to `folder`. */
export async function serve(folder: string, { withRedis }: { withRedis: boolean }): Promise<Served> {
  const endings: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const end of endings.splice(0).reverse()) await end();
  };
  try {
    if (!(await isBuilt())) await buildApp(process.env);
    const { database, end } = await startDatabase();
    endings.push(end);
    await promisify(execFile)(process.execPath, ["scripts/migrate.ts"], {
      env: { ...process.env, DATABASE_URL: database.url },
    });
    const redis = withRedis ? await startRedisRest() : null;
    if (redis) endings.push(redis.stop);
    const instances: Instance[] = [];
    for (const name of ["A", "B"]) {
      const { instance, end } = await startInstance(name, folder, database.url, redis);
      endings.push(end);
      instances.push(instance);
    }
    return { instances, database, redis, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startDatabase(): Promise<{ database: Database; end: () => Promise<unknown> }> {
  const outer = await mkdtemp(join(tmpdir(), "ringback-soak-database-"));
  await ownedBy(await databaseUser(), outer);
  const folder = join(outer, "data");
  const port = await freePort();
  await initialise(folder, PASSWORD);
  // Durability stays on: acknowledged writes must survive the kill.
  const start = () => startServer({ folder, port, password: PASSWORD, settings: { max_connections: "60" } });
  let server: Server = await start();
  const signal = async (name: NodeJS.Signals) => {
    for (const pid of await processesOf(folder)) kill(pid, name);
  };
  const database: Database = {
    url: server.url("postgres"),
    freeze: () => signal("SIGSTOP"),
    thaw: () => signal("SIGCONT"),
    async killAndStart() {
      await signal("SIGKILL");
      await server.stop();
      server = await start();
    },
  };
  const end = async () => {
    // The interrupt of a soak may come while the database is frozen.
    await database.thaw().catch(() => {});
    await server.stop();
    await rm(outer, { recursive: true, force: true });
  };
  return { database, end };
}

/** The main process of the server on this folder, and its children. */
async function processesOf(folder: string): Promise<number[]> {
  const main = Number((await readFile(join(folder, "postmaster.pid"), "utf8")).split("\n")[0]);
  const { stdout } = await promisify(execFile)("ps", ["-eo", "pid=,ppid="]);
  const pairs = stdout.split("\n").map((line) => line.trim().split(/\s+/).map(Number));
  return [main, ...pairs.flatMap(([pid, parent]) => (parent === main && pid ? [pid] : []))];
}

/** A process that has just ended is no fault. */
function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

async function startInstance(
  name: string,
  folder: string,
  databaseUrl: string,
  redis: RedisRest | null,
): Promise<{ instance: Instance; end: () => Promise<unknown> }> {
  const [proxy, port] = [await startStallProxy(databaseUrl), await freePort()];
  const variables = {
    ...process.env,
    ...LIMITS,
    LOG_LEVEL: "info",
    DATABASE_URL: proxy.url,
    AUTH_SECRET,
    CRON_SECRET,
    CURSOR_WEBHOOK_SECRET,
    RUNNER_WEBHOOK_SECRET,
    SERVICE_API_KEY,
    ...(redis && { KV_REST_API_URL: redis.url, KV_REST_API_TOKEN: redis.token }),
  };
  let app: RunningApp;
  let starts = 0;
  const start = async () => {
    starts += 1;
    app = serveApp(port, variables, join(folder, `instance-${name}-${starts}.log`));
    await untilHealthy(port, app);
  };
  const end = async () => {
    await app.stop();
    await proxy.stop();
  };
  try {
    await start();
  } catch (error) {
    await end();
    throw error;
  }
  return { instance: { name, url: `http://127.0.0.1:${port}`, proxy, kill: () => app.kill(), start }, end };
}

/** A connection past the proxies, whose end by a fault ends nothing else. */
export async function connectTo(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, options: "-c timezone=UTC", application_name: "soak" });
  client.on("error", () => {});
  await client.connect();
  return client;
}
