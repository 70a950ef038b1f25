import type { Page } from "playwright-core";
import type { DurableQueue } from "../modules/durable-queue/index.ts";
import { launchChromium } from "../tests/browser/chromium.ts";
import { serveModule } from "../tests/factories/served-module.ts";

declare const window: { queue: DurableQueue; isReady?: true };

const SIZES = (process.env.BENCH_SIZES ?? "1000,10000,100000").split(",").map(Number);
/** The number of repetitions; the plain design does fewer where one takes seconds. */
const OURS = 300;
const PLAIN = { budgetMs: 10_000, most: 100 };

type Times = { enqueue: number; batch: number; process: number };

/**
 * The durable queue beside the plain design (all tasks in a table in memory, filtered and sorted at each pick, the table
 * saved whole) in a real Chromium, in one run: milliseconds for each task with so many waiting, and the opening.
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
    const plain = await page.evaluate(measurePlain, { size, ...PLAIN });
    await page.context().close();
    for (const what of ["enqueue", "batch", "process"] as const) {
      first[what] ??= ours[what];
      rows[`${what} at ${size}`] = {
        "queue ms": ours[what].toFixed(2),
        "plain ms": plain[what].toFixed(2),
        "times faster": (plain[what] / ours[what]).toFixed(0),
        [`beside ${SIZES[0]}`]: (ours[what] / (first[what] ?? 1)).toFixed(2),
      };
    }
    rows[`open at ${size}`] = { "queue ms": openMs.toFixed(0), "plain ms": plain.open.toFixed(0) };
  }
  console.table(rows);
  console.log(
    "Medians. enqueue: one task, strict. batch: a task of a batch of 300, strict, where the plain design saves its table once for all of them. process: claim, work and completion.",
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
  return { enqueue, batch, process };
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

/**
 * The plain design on IndexedDB as well, with the same tasks and the same promises as the queue: on the disk when an enqueue
 * resolves, relaxed for the claim and the completion. Runs in the page.
 */
async function measurePlain(asked: {
  size: number;
  budgetMs: number;
  most: number;
}): Promise<Times & { open: number }> {
  const db = await new Promise<IDBDatabase>((resolve, reject) => {
    const opening_ = indexedDB.open("plain", 1);
    opening_.onupgradeneeded = () => opening_.result.createObjectStore("tables");
    opening_.onsuccess = () => resolve(opening_.result);
    opening_.onerror = () => reject(opening_.error);
  });
  const table = await window.queue.list({ lane: "memory", limit: asked.size });
  const [sample] = table;
  if (!sample || table.length < asked.size) throw new Error(`Only ${table.length} of ${asked.size} tasks wait.`);
  const save = (durability: "strict" | "relaxed") =>
    new Promise<void>((resolve, reject) => {
      const tx = db.transaction("tables", "readwrite", { durability });
      tx.objectStore("tables").put(table, "tasks");
      tx.oncomplete = () => resolve();
      tx.onabort = () => reject(tx.error);
    });
  const row = (seq: number) => ({ ...sample, id: crypto.randomUUID(), seq, payload: { callbackId: 7, minutes: 15 } });
  /** As often as fits into the time, at least three times. */
  const each = async (work: () => Promise<unknown>) => {
    const begun = performance.now();
    const taken: number[] = [];
    while (taken.length < 3 || (taken.length < asked.most && performance.now() - begun < asked.budgetMs)) {
      const before = performance.now();
      await work();
      taken.push(performance.now() - before);
    }
    return taken.sort((one, other) => one - other)[Math.floor(taken.length / 2)]!;
  };
  const enqueue = await each(() => {
    table.push(row(table.length));
    return save("strict");
  });
  const batchSize = 300;
  const batch =
    (await each(() => {
      for (let at = 0; at < batchSize; at += 1) table.push(row(table.length));
      return save("strict");
    })) / batchSize;
  table.length = asked.size;
  const process = await each(async () => {
    const next = table
      .filter(({ status }) => status === "pending")
      .sort((a, b) => b.priority - a.priority || a.seq - b.seq)[0];
    if (!next) return;
    next.status = "processing";
    await save("relaxed");
    next.status = "completed";
    await save("relaxed");
  });
  const begun = performance.now();
  await new Promise((resolve, reject) => {
    const reading = db.transaction("tables").objectStore("tables").get("tasks");
    reading.onsuccess = resolve;
    reading.onerror = () => reject(reading.error);
  });
  return { enqueue, batch, process, open: performance.now() - begun };
}
