/**
 * The first `npm start`, killed in the middle together with all of its processes: the same command then simply works.
 * `KILLED_STARTS=20 npm test -- tests/house/killed-start.test.ts` kills at so many moments spread over a whole start, too.
 * @module-tag long
 */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { freePort } from "../../scripts/ports.ts";
import { ensureBuild } from "../served/instances.ts";
import {
  AUTH_SECRET,
  CRON_SECRET,
  CURSOR_WEBHOOK_SECRET,
  RUNNER_WEBHOOK_SECRET,
  SERVICE_API_KEY,
} from "../setup/secrets.ts";

const SECRETS = { AUTH_SECRET, CRON_SECRET, CURSOR_WEBHOOK_SECRET, RUNNER_WEBHOOK_SECRET, SERVICE_API_KEY };
const READY = "Ringback is ready";

let dataDir: string;

beforeAll(ensureBuild);
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "ringback-killed-"));
  await chmod(dataDir, 0o755);
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

type Start = {
  heard: (words: string) => Promise<boolean>;
  kill: () => Promise<void>;
  end: () => Promise<number | null>;
};

/** `npm start` in this test's folder, with the build that is there. */
async function start(): Promise<Start> {
  const child = spawn(process.execPath, ["scripts/start.ts"], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      ...SECRETS,
      DATABASE_URL: "",
      RINGBACK_DATA_DIR: dataDir,
      RINGBACK_CRON: "0",
      PORT: String(await freePort()),
    },
  });
  const closed = once(child, "close");
  let said = "";
  const listeners = new Set<() => void>();
  const note = (chunk: Buffer | string): void => {
    said += chunk;
    for (const listener of listeners) listener();
  };
  child.stdout.on("data", note);
  child.stderr.on("data", note);
  void closed.then(() => note("\n(ended)"));
  return {
    /** Whether these words come before it ends. */
    heard: (words) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (said.includes(words)) resolve(true);
          else if (said.endsWith("(ended)")) resolve(false);
        };
        listeners.add(look);
        look();
      }),
    kill: async () => {
      for (const pid of await descendantsOf(child.pid!)) kill(pid);
      await closed;
    },
    end: async () => {
      child.kill("SIGTERM");
      return (await closed)[0] as number | null;
    },
  };
}

/** A process may have ended since it was listed. */
function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** The process and all of its running descendants. */
async function descendantsOf(root: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)("ps", ["-eo", "pid=,ppid="]);
  const rows = stdout.split("\n").map((line) => line.trim().split(/\s+/).map(Number));
  const found = [root];
  for (const pid of found) for (const [child, parent] of rows) if (parent === pid && child) found.push(child);
  return found;
}

async function expectToWork(): Promise<void> {
  const next = await start();
  expect(await next.heard(READY)).toBe(true);
  expect(await next.end()).toBe(0);
}

test("a first start that is killed in each of its steps is made up for by the same command", async () => {
  for (const step of ["Starting the embedded PostgreSQL ...", "Migrating the database ...", "Starting the app ..."]) {
    const killed = await start();
    expect(await killed.heard(step), step).toBe(true);
    await killed.kill();
  }
  await expectToWork();
});

const moments = Number(process.env.KILLED_STARTS ?? 0);

async function killAtEveryMoment(): Promise<void> {
  const begun = performance.now();
  await expectToWork();
  const whole = performance.now() - begun;
  for (let n = 0; n < moments; n += 1) {
    await rm(dataDir, { recursive: true, force: true });
    const killed = await start();
    await new Promise((resolve) => setTimeout(resolve, (whole * n) / moments));
    await killed.kill();
    await expectToWork();
  }
}

if (moments > 0) test("killed at any moment, it works the next time", killAtEveryMoment, 3_600_000);
