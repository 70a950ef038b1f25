import { execFile } from "node:child_process";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect } from "#lib/db";
import { migrate } from "#lib/migrations";
import { initialise, type Server, startServer } from "../../scripts/embedded-postgres.ts";
import { freePort } from "../../scripts/ports.ts";
import { databaseUser, ownedBy } from "../../scripts/postgres-binaries.ts";
import { AUTH_SECRET, CRON_SECRET, SERVICE_API_KEY } from "../setup/secrets.ts";

const PASSWORD = "throw-away";
const SECRETS = { AUTH_SECRET, CRON_SECRET, SERVICE_API_KEY };
let folder: string;
let port: number;
let server: Server;
let health: () => Promise<Response>;
let queue: () => Promise<Response>;
let tick: () => Promise<Response>;

beforeAll(async () => {
  const outer = await mkdtemp(join(tmpdir(), "ringback-away-"));
  await ownedBy(await databaseUser(), outer);
  folder = join(outer, "data");
  port = await freePort();
  await initialise(folder, PASSWORD);
  server = await startServer({ folder, port, password: PASSWORD });
  await migrate(server.url("postgres"));
  Object.assign(process.env, SECRETS, { DATABASE_URL: server.url("postgres") });
  const [{ GET: getHealth }, { GET: getQueue }, { GET: getTick }] = await Promise.all([
    import("../../app/api/health/route.ts"),
    import("../../app/api/queue/route.ts"),
    import("../../app/api/cron/callback-notifications/route.ts"),
  ]);
  const ask = (path: string, key: string) =>
    new Request(`http://localhost${path}`, { headers: { authorization: `Bearer ${key}` } });
  const context = { params: Promise.resolve({}) };
  health = () => getHealth(ask("/api/health", ""), context);
  queue = () => getQueue(ask("/api/queue", SECRETS.SERVICE_API_KEY), context);
  tick = () => getTick(ask("/api/cron/callback-notifications", SECRETS.CRON_SECRET), context);
  expect((await queue()).status).toBe(200);
  expect((await tick()).status).toBe(200);
});

afterAll(() => server.stop());

/** The main process of the server; it writes its number into its lock file. */
async function postmaster(): Promise<number> {
  return Number((await readFile(join(folder, "postmaster.pid"), "utf8")).split("\n")[0]);
}

/** Every process of the server: the main one and what it started. */
async function everyProcess(): Promise<number[]> {
  const main = await postmaster();
  const { stdout } = await promisify(execFile)("ps", ["-eo", "pid=,ppid="]);
  const children = stdout.split("\n").map((line) => line.trim().split(/\s+/).map(Number));
  return [main, ...children.flatMap(([pid, parent]) => (parent === main && pid ? [pid] : []))];
}

async function expectUnavailable(response: Response): Promise<void> {
  expect(response.status).toBe(503);
  expect(response.headers.get("retry-after")).toBe("1");
}

test("a database that is down is a 503 with Retry-After, health says so, and the app is back when it is", async () => {
  await server.stop();
  await expectUnavailable(await queue());
  await expectUnavailable(await tick());
  expect(await (await health()).json()).toMatchObject({ ok: false, database: "down" });
  server = await startServer({ folder, port, password: PASSWORD });
  expect((await queue()).status).toBe(200);
  expect((await tick()).status).toBe(200);
  expect((await health()).status).toBe(200);
});

test("a restart between two requests costs at most one 503 for each connection that died", async () => {
  await Promise.all(Array.from({ length: 5 }, queue));
  await server.stop();
  server = await startServer({ folder, port, password: PASSWORD });
  const statuses: number[] = [];
  for (let n = 0; n < 6; n += 1) statuses.push((await queue()).status);
  expect(statuses.at(-1)).toBe(200);
  expect(statuses.every((status) => status === 200 || status === 503)).toBe(true);
});

test("a connection that is ended from outside does not end the process", async () => {
  await queue();
  const other = connect(server.url("postgres"));
  await other.$executeRaw`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ringback' AND pid <> pg_backend_pid()`;
  await other.$disconnect();
  const first = (await queue()).status;
  expect([200, 503]).toContain(first);
  expect((await queue()).status).toBe(200);
});

test("a frozen database is a 503 within the deadline of a request, and the app goes on when it thaws", async () => {
  await queue();
  const frozen = await everyProcess();
  for (const pid of frozen) process.kill(pid, "SIGSTOP");
  try {
    // The deadline of the edge answers even where no time-out of the database could: this would hang otherwise.
    await expectUnavailable(await queue());
  } finally {
    for (const pid of frozen) process.kill(pid, "SIGCONT");
  }
  let status = 0;
  for (let n = 0; n < 3 && status !== 200; n += 1) status = (await queue()).status;
  expect(status).toBe(200);
});
