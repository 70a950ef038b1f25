/** The durable queue in a real Chromium: tabs and browsers that end at any moment. */
import { glob, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DurableQueue, QueueRunner } from "#modules/durable-queue";
import { type ServedModule, serveModule } from "../factories/served-module.ts";
import { aBrowser, aProfile, type Started } from "./killed-browser.ts";

declare const window: {
  queue: DurableQueue;
  runner: QueueRunner;
  isReady?: true;
  enqueueForEver(): Promise<never>;
};

/** `KILLED_BROWSERS=200` is the long version; on a busy machine a round takes seconds. */
const ROUNDS = Number(process.env.KILLED_BROWSERS ?? 20);
const LIMIT_MS = Math.max(240_000, ROUNDS * 30_000);

let served: ServedModule;

beforeAll(async () => {
  served = await serveModule();
});
afterAll(() => served.close());

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

test("two tabs: the leader is closed, crashes or freezes in the middle of a task, and the other does it", {
  tags: ["long"],
}, async () => {
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
    // A task that hangs in a sleeping page is left to its time limit; a waiting task goes on at once.
    const next =
      how === "frozen" ? await second.evaluate(() => window.queue.enqueue({ type: "effect", payload: null })) : id;
    await expect.poll(() => served.applied.get(next), { message: how }).toBe(1);
    await expect.poll(() => leads(second), { message: how }).toBe(true);
    await second.evaluate(() => window.runner.stop());
  }
  await browser.kill();
});

test(
  `${ROUNDS} browsers killed after enqueue had resolved: nothing is lost, and nothing is done twice`,
  async () => {
    const profile = await aProfile();
    const [lost, twice]: [string[], string[]] = [[], []];
    let kept = 0;
    // The browser that reads the tasks of the killed one is killed in the next round.
    let browser = await aBrowser(profile);
    for (let round = 0; round < ROUNDS; round += 1) {
      served.resolved.length = 0;
      const page = await aTab(browser);
      page.evaluate(() => Promise.all([window.enqueueForEver(), window.enqueueForEver()])).catch(() => undefined);
      // At another moment in each round, and in every second one while tasks are done as well.
      if (round % 2 === 1) await start(page);
      await expect.poll(() => served.resolved.length).toBeGreaterThan(round % 7);
      await browser.kill();

      browser = await aBrowser(profile);
      const reader = await aTab(browser);
      const found = await reader.evaluate(async () => (await window.queue.list()).map(({ id }) => id));
      kept += found.length;
      // A damaged store also loses its records of finished tasks; these tasks are not lost.
      lost.push(...served.resolved.filter((id) => !found.includes(id) && !served.applied.has(id)));
      await start(reader);
      await expect.poll(() => completed(reader)).toBe(found.length);
      twice.push(...found.filter((id) => served.applied.get(id) !== 1));
      await reader.evaluate(() => window.queue.clearCompleted());
      await reader.close();
    }
    await browser.kill();
    process.stdout.write(`${ROUNDS} kills, ${kept} tasks kept: lost = ${lost.length}, twice = ${twice.length}\n`);
    expect({ lost, twice }).toEqual({ lost: [], twice: [] });
  },
  LIMIT_MS,
);

test("a store that the browser finds damaged and deletes: unsent tasks are there again, and are done once", {
  tags: ["long"],
}, async () => {
  const profile = await aProfile();
  let browser = await aBrowser(profile);
  const first = await aTab(browser);
  const waiting = await first.evaluate(async () => {
    const ids = await window.queue.enqueueBatch(["a", "b", "c"].map((payload) => ({ type: "effect", payload })));
    await window.queue.processNext();
    await window.queue.cancel(ids[1]!);
    return ids[2]!;
  });
  await browser.kill();
  // A wrong byte in the middle, as after a process that was killed while it wrote, and a next one that wrote on.
  for await (const log of glob(join(profile, "Default/IndexedDB/*/*.log"))) {
    const bytes = await readFile(log);
    const middle = Math.floor(bytes.length / 2);
    bytes[middle] = bytes[middle]! ^ 0xff;
    await writeFile(log, bytes);
  }
  browser = await aBrowser(profile);
  const reader = await aTab(browser);
  expect(await reader.evaluate(async () => (await window.queue.list()).map(({ id }) => id))).toEqual([waiting]);
  await start(reader);
  await expect.poll(() => completed(reader)).toBe(1);
  expect(served.applied.get(waiting)).toBe(1);
  await browser.kill();
});
