import type { DurableQueue } from "../modules/durable-queue/index.ts";

declare const window: { queue: DurableQueue };

type Asked = { size: number; budgetMs: number; most: number };

/**
 * The plain design on IndexedDB as well, its table one value under one key, with the same tasks and the same promises as the queue:
 * on the disk when an enqueue resolves (strict), relaxed for the claim and the completion. Milliseconds for each task: the medians.
 * `drain`: one save writes a completion and the next claim. Runs in the page.
 */
export async function measurePlain(
  asked: Asked,
): Promise<Record<"enqueue" | "batch" | "process" | "drain" | "open", number>> {
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
  const pick = () =>
    table.filter(({ status }) => status === "pending").sort((a, b) => b.priority - a.priority || a.seq - b.seq)[0];
  const process = await each(async () => {
    const next = pick();
    if (!next) return;
    next.status = "processing";
    await save("relaxed");
    next.status = "completed";
    await save("relaxed");
  });
  let claimed = pick();
  const drain = await each(async () => {
    if (claimed) claimed.status = "completed";
    claimed = pick();
    if (claimed) claimed.status = "processing";
    await save("relaxed");
  });
  const begun = performance.now();
  await new Promise((resolve, reject) => {
    const reading = db.transaction("tables").objectStore("tables").get("tasks");
    reading.onsuccess = resolve;
    reading.onerror = () => reject(reading.error);
  });
  return { enqueue, batch, process, drain, open: performance.now() - begun };
}
