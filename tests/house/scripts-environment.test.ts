import { existsSync } from "node:fs";
import { mkdtemp, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { parseEnv } from "#lib/base/env";
import { listCrons } from "../../scripts/crons.ts";
import { readEnvironment, type Variables } from "../../scripts/environment.ts";
import { fillSecrets } from "../../scripts/secrets.ts";

const home = process.cwd();

beforeEach(async () => process.chdir(await mkdtemp(join(tmpdir(), "ringback-environment-"))));
afterEach(() => {
  process.chdir(home);
  vi.unstubAllEnvs();
});

const SECRETS = ["CRON_SECRET", "SERVICE_API_KEY", "AUTH_SECRET", "CURSOR_WEBHOOK_SECRET", "RUNNER_WEBHOOK_SECRET"];

test("the first start makes all secrets, private and for good; the second makes none", async () => {
  const variables: Variables = { CRON_SECRET: undefined, SERVICE_API_KEY: "" };
  expect(await fillSecrets(variables)).toEqual(SECRETS);
  expect((await stat(".env.local")).mode & 0o777).toBe(0o600);
  for (const name of SECRETS) vi.stubEnv(name, "");
  const again = readEnvironment();
  expect(again).toMatchObject({ CRON_SECRET: variables.CRON_SECRET, SERVICE_API_KEY: variables.SERVICE_API_KEY });
  expect(await fillSecrets(again)).toEqual([]);
  expect(variables.CRON_SECRET).toMatch(/^[\w-]{43}$/);
  // The generated values fulfil the rules of the environment.
  expect(() => parseEnv({ DATABASE_URL: "postgresql://here/db", ...again })).not.toThrow();
});

test("a secret is added below what is in .env.local, and one that was given is not made again", async () => {
  await writeFile(".env.local", "PORT=3010");
  expect(await fillSecrets({ CRON_SECRET: "given-by-the-operator" })).toEqual(SECRETS.slice(1));
  expect(await readFile(".env.local", "utf8")).toMatch(/^PORT=3010\nSERVICE_API_KEY=.{43}\nAUTH_SECRET=.{43}\n/);
});

test("in production no secret is made", async () => {
  vi.stubEnv("NODE_ENV", "production");
  expect(await fillSecrets({})).toEqual([]);
  expect(existsSync(".env.local")).toBe(false);
});

test("the process is stronger than .env.local, and that is stronger than .env; empty means not set", async () => {
  await writeFile(".env.local", "A_ONE=local\nA_TWO=local\n");
  await writeFile(".env", "A_TWO=env\nA_THREE=env\nA_FOUR=env\n");
  vi.stubEnv("A_ONE", "process");
  vi.stubEnv("A_FOUR", "");
  expect(readEnvironment()).toMatchObject({ A_ONE: "process", A_TWO: "local", A_THREE: "env", A_FOUR: "env" });
});

test("every cron of vercel.json has its route", async () => {
  process.chdir(home);
  const crons = await listCrons();
  expect(crons.map(({ path }) => path)).toEqual([
    "/api/cron/callback-notifications",
    "/api/cron/cursor-tasks",
    "/api/cron/jobs",
    "/api/cron/messages",
    "/api/cron/queue-refresh",
    "/api/cron/retention",
  ]);
  expect(crons.filter(({ path }) => !existsSync(join("app", path, "route.ts")))).toEqual([]);
});
