import type { Page } from "playwright-core";
import type { DurableQueue, QueueRunner } from "../modules/durable-queue/index.ts";
import { launchChromium } from "../tests/browser/chromium.ts";
import { serveModule } from "../tests/factories/served-module.ts";
import { measureBare } from "./durable-queue-bare.ts";
import { measurePlain } from "./durable-queue-plain.ts";

declare const window: { queue: DurableQueue; runner: QueueRunner; localDone: number; isReady?: true };

const SIZES = (process.env.BENCH_SIZES ?? "1000,10000,100000").split(",").map(Number);
/** The number of repetitions; the plain design does fewer where one takes seconds. */
const OURS = 300;
const PLAIN = { budgetMs: 10_000, most: 100 };

type Times = { enqueue: number; batch: number; process: number; drain: number };

/**
 * The durable queue beside the plain design (all tasks in a table in memory, filtered and sorted at each pick, the table
 * saved whole) and beside the least that IndexedDB takes, in a real Chromium, in one run: milliseconds for each task with so many
 * waiting, and the opening.
 */
export default async function bench(): Promise<void> {
  const served = await serveModule();
  const browser = await launchChromium();
  const rows: Record<string, Record<string, string>> = {};
  const first: Partial<Times> = {};
  for (const size of SIZES) {
    const page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(0);
    await page.goto(served.url);
    await page.waitForFunction(() => window.isReady);
    await fill(page, size);
    const ours = await page.evaluate(measureQueue, OURS);
    const openMs = await opening(page);
    const bare = await page.evaluate(measureBare, { size, count: OURS });
    const plain = await page.evaluate(measurePlain, { size, ...PLAIN });
    await page.context().close();
    for (const what of ["enqueue", "batch", "process", "drain"] as const) {
      first[what] ??= ours[what];
      rows[`${what} at ${size}`] = {
        "queue ms": ours[what].toFixed(2),
        "plain ms": plain[what].toFixed(2),
        "bare ms": bare[what].toFixed(2),
        "times faster": (plain[what] / ours[what]).toFixed(0),
        "bare would be": (plain[what] / bare[what]).toFixed(0),
        [`beside ${SIZES[0]}`]: (ours[what] / (first[what] ?? 1)).toFixed(2),
      };
    }
    rows[`open at ${size}`] = { "queue ms": openMs.toFixed(0), "plain ms": plain.open.toFixed(0) };
  }
  console.table(rows);
  console.log(
    [
      "Medians. All three write to IndexedDB, strict for an enqueue and relaxed for claims and completions.",
      "enqueue: one task. batch: a task of a batch of 300, one transaction of the queue and one save of the plain design's table.",
      "process: one processNext, its claim and its completion apart, as two saves of the plain design. drain: a task of the runner, where",
      "one transaction, or one save, writes a completion and the next claim. bare: the same writes without a read, an index or a rule.",
    ].join("\n"),
  );
  await browser.close();
  await served.close();
}

/** Enqueues this many tasks. */
async function fill(page: Page, size: number): Promise<void> {
  await page.evaluate(async (count) => {
    const task = { type: "local", payload: { callbackId: 7, minutes: 15 } };
    for (let left = count; left > 0; left -= 5_000) {
      await window.queue.enqueueBatch(Array.from({ length: Math.min(left, 5_000) }, () => task));
    }
  }, size);
}

/** Milliseconds for each task: the median, because other load of the machine affects a few. Runs in the page. */
async function measureQueue(count: number): Promise<Times> {
  const task = { type: "local", payload: { callbackId: 7, minutes: 15 } };
  const each = async (times: number, work: () => Promise<unknown>) => {
    const taken: number[] = [];
    for (let at = 0; at < times; at += 1) {
      const begun = performance.now();
      await work();
      taken.push(performance.now() - begun);
    }
    return taken.sort((one, other) => one - other)[Math.floor(times / 2)]!;
  };
  const batchSize = 300;
  const enqueue = await each(count, () => window.queue.enqueue(task));
  const batch =
    (await each(5, () => window.queue.enqueueBatch(Array.from({ length: batchSize }, () => task)))) / batchSize;
  const process = await each(count, () => window.queue.processNext("memory"));
  window.localDone = 0;
  const begun = performance.now();
  window.runner.start();
  while (window.localDone < count) await new Promise((resolve) => setTimeout(resolve, 5));
  const drain = (performance.now() - begun) / window.localDone;
  await window.runner.stop();
  return { enqueue, batch, process, drain };
}

/** Milliseconds from a new page to the status of its queue, without the page's own load. */
async function opening(page: Page): Promise<number> {
  await page.reload();
  await page.waitForFunction(() => window.isReady);
  return page.evaluate(async () => {
    const begun = performance.now();
    await window.queue.getStatus();
    await window.queue.recover();
    return performance.now() - begun;
  });
}
