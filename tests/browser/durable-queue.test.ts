/** The durable queue in a real Chromium: tabs and browsers that end at any moment. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DurableQueue, QueueRunner } from "#modules/durable-queue";
import { type ServedModule, serveModule } from "../factories/served-module.ts";
import { chromiumCommand } from "./chromium.ts";

declare const window: {
  queue: DurableQueue;
  runner: QueueRunner;
  isReady?: true;
  enqueueForEver(): Promise<never>;
};

/** `KILLED_BROWSERS=200` is the long version. */
const ROUNDS = Number(process.env.KILLED_BROWSERS ?? 3);

let served: ServedModule;
const profiles: string[] = [];
const started: ChildProcess[] = [];

beforeAll(async () => {
  served = await serveModule();
});
afterAll(async () => {
  for (const one of started) killed(one);
  await served.close();
  await Promise.all(profiles.map((profile) => rm(profile, { recursive: true, force: true, maxRetries: 5 })));
});

type Started = { process: ChildProcess; browser: Browser; context: BrowserContext };

/** A browser process of our own on this profile, which keeps what a page stores. */
async function aBrowser(profile: string): Promise<Started> {
  const { executable, args, env } = await chromiumCommand();
  const all = [...args, "--headless", "--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"];
  const chromiumProcess = spawn(executable, all, { env, detached: true, stdio: ["ignore", "ignore", "pipe"] });
  started.push(chromiumProcess);
  const address = await new Promise<string>((resolve, reject) => {
    let said = "";
    chromiumProcess.stderr!.on("data", (part) => {
      said += String(part);
      const found = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
      if (found) resolve(found);
    });
    chromiumProcess.once("exit", (code) => reject(new Error(`Chromium ended with ${code}: ${said}`)));
  });
  const browser = await chromium.connectOverCDP(address, { timeout: 120_000 });
  return { process: chromiumProcess, browser, context: browser.contexts()[0]! };
}

async function aProfile(): Promise<string> {
  const profile = await mkdtemp(join(tmpdir(), "ringback-profile-"));
  profiles.push(profile);
  return profile;
}

/** The whole process group, without a goodbye. */
function killed({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, "SIGKILL");
}

async function aTab({ context }: Started): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  await page.goto(served.url);
  await page.waitForFunction(() => window.isReady);
  return page;
}

const start = (page: Page) => page.evaluate(() => window.runner.start());
const leads = (page: Page) => page.evaluate(async () => (await window.queue.getStatus()).isLeader.send);
const completed = (page: Page) => page.evaluate(async () => (await window.queue.getStatus()).counts.send.completed);

test("two tabs: the leader is closed, crashes or freezes in the middle of a task, and the other does it", async () => {
  const browser = await aBrowser(await aProfile());
  const ends: [string, (page: Page) => Promise<unknown>][] = [
    ["closed", (page) => page.close()],
    ["crashed", (page) => page.goto("chrome://crash").catch(() => undefined)],
    ["frozen", (page) => page.evaluate(() => document.dispatchEvent(new Event("freeze")))],
  ];
  const second = await aTab(browser);
  for (const [how, end] of ends) {
    const first = await aTab(browser);
    await start(first);
    await expect.poll(() => leads(first), { message: how }).toBe(true);
    await start(second);
    const id = await second.evaluate(() => window.queue.enqueue({ type: "hang", payload: null }));
    await expect.poll(() => served.asked.get(id), { message: how }).toBe(1);
    expect(await leads(second), how).toBe(false);
    await end(first);
    // What hangs in a page that only sleeps is left to its limit; what waits goes on at once.
    const next =
      how === "frozen" ? await second.evaluate(() => window.queue.enqueue({ type: "effect", payload: null })) : id;
    await expect.poll(() => served.applied.get(next), { message: how }).toBe(1);
    await expect.poll(() => leads(second), { message: how }).toBe(true);
    await second.evaluate(() => window.runner.stop());
  }
  await browser.browser.close();
  killed(browser.process);
});

test(`${ROUNDS} browsers killed after enqueue had resolved: nothing is lost, and nothing is done twice`, async () => {
  const profile = await aProfile();
  const [lost, twice]: [string[], string[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    served.resolved.length = 0;
    const before = await aBrowser(profile);
    const page = await aTab(before);
    page.evaluate(() => Promise.all([window.enqueueForEver(), window.enqueueForEver()])).catch(() => undefined);
    // At another moment in each round, and in every second one while tasks are done as well.
    if (round % 2 === 1) await start(page);
    await expect.poll(() => served.resolved.length).toBeGreaterThan(round % 7);
    killed(before.process);
    await rm(join(profile, "SingletonLock"), { force: true });

    const after = await aBrowser(profile);
    const reader = await aTab(after);
    const kept = await reader.evaluate(async () => (await window.queue.list()).map(({ id }) => id));
    lost.push(...served.resolved.filter((id) => !kept.includes(id)));
    await start(reader);
    await expect.poll(() => completed(reader)).toBe(kept.length);
    twice.push(...kept.filter((id) => served.applied.get(id) !== 1));
    await reader.evaluate(() => window.queue.clearCompleted());
    killed(after.process);
    await rm(join(profile, "SingletonLock"), { force: true });
  }
  expect({ lost, twice }).toEqual({ lost: [], twice: [] });
});
