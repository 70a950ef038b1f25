/**
 * The app as operators run it: the production build, in processes of its own, on the database of the test file. These tests show
 * the parts that a test of a handler cannot: several instances, the server in front of our code, a browser.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, inject } from "vitest";
import { serveApp, untilHealthy } from "../../scripts/app-process.ts";
import { freePort } from "../../scripts/ports.ts";
import { buildApp, isBuilt } from "../../scripts/production-build.ts";
import { databaseUrl } from "../setup/database.ts";
import { AUTH_SECRET, CRON_SECRET, METRICS_TOKEN, SERVICE_API_KEY } from "../setup/secrets.ts";

/** One running instance: its address, its log so far, and the means to stop it and to start it again at the same address. */
export type Instance = {
  url: string;
  log: () => Promise<string>;
  stop: () => Promise<void>;
  start: () => Promise<void>;
};

const BUILDING = 1;

/** Makes sure that there is a build: the first test file builds, and the others wait. */
export async function ensureBuild(): Promise<void> {
  await onlyOne(BUILDING, async () => (await isBuilt()) || buildApp(process.env));
}

/** The instances that the files of a process share; a start takes longer than many a file's tests. */
const shared: Promise<Instance>[] = [];

/**
 * Serves `count` instances on this file's database. With `variables`, or in a file with a process of its own, they end
 * with the file. Without, they are those of the files before, and their log begins with this call.
 */
export async function serveInstances(count: number, variables?: Record<string, string>): Promise<Instance[]> {
  await ensureBuild();
  if (variables || !inject("sharesProcess")) {
    const own = await Promise.all(Array.from({ length: count }, () => serve(variables)));
    afterAll(() => Promise.all(own.map(({ remove }) => remove())));
    return own;
  }
  while (shared.length < count) shared.push(serve());
  return Promise.all(shared.slice(0, count).map(async (instance) => withLogFromNow(await instance)));
}

async function withLogFromNow(instance: Instance): Promise<Instance> {
  const { length } = await instance.log();
  return { ...instance, log: async () => (await instance.log()).slice(length) };
}

/** One request as JSON, by the service unless `headers` say otherwise. */
export async function ask(
  instance: Instance,
  request: string,
  body?: unknown,
  headers: Record<string, string> = { authorization: `Bearer ${SERVICE_API_KEY}` },
): Promise<{ status: number; headers: Headers; body: Record<string, unknown> }> {
  const [method = "GET", path = ""] = request.split(" ");
  const response = await fetch(`${instance.url}/api${path}`, {
    method,
    redirect: "manual",
    headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? {} : JSON.parse(text) };
}

export const asCron = { authorization: `Bearer ${CRON_SECRET}` };

/** Does `work` while no other test file does work of this number: the lock is on the database server they share. */
export async function onlyOne<T>(number: number, work: () => Promise<T>): Promise<T> {
  const lock = new pg.Client({ connectionString: inject("serverUrl") });
  await lock.connect();
  try {
    await lock.query("SELECT pg_advisory_lock($1)", [number]);
    return await work();
  } finally {
    await lock.end();
  }
}

async function serve(variables: Record<string, string> = {}): Promise<Instance & { remove: () => Promise<void> }> {
  const [folder, port] = await Promise.all([mkdtemp(join(tmpdir(), "ringback-served-")), freePort()]);
  const logFile = join(folder, "app.log");
  const environment = {
    ...process.env,
    LOG_LEVEL: "info",
    DATABASE_URL: databaseUrl,
    CRON_SECRET,
    SERVICE_API_KEY,
    AUTH_SECRET,
    METRICS_TOKEN,
    REMINDER_FROM: "+14155550100",
    REQUEST_TIMEOUT_SECONDS: "",
    ...variables,
  };
  let app = serveApp(port, environment, logFile);
  await untilHealthy(port, app);
  return {
    url: `http://127.0.0.1:${port}`,
    log: () => readFile(logFile, "utf8"),
    stop: () => app.stop(),
    start: async () => {
      app = serveApp(port, environment, logFile);
      await untilHealthy(port, app);
    },
    remove: async () => {
      await app.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
