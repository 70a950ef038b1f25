import type { DurableQueue } from "../modules/durable-queue/index.ts";

declare const window: { queue: DurableQueue };

/**
 * The least that IndexedDB takes in this browser, without a library, an index, a read or a rule: a record is written into a store
 * of `size` records, from the call to the transaction's `complete`. Milliseconds: the medians. `process` is two relaxed
 * transactions, a claim and a completion; `drain` is one, with a completion and the next claim. Runs in the page.
 */
export async function measureBare(asked: {
  size: number;
  count: number;
}): Promise<Record<"enqueue" | "batch" | "process" | "drain", number>> {
  const db = await new Promise<IDBDatabase>((resolve, reject) => {
    const opening = indexedDB.open("bare", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("tasks", { keyPath: "seq", autoIncrement: true });
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  const [sample] = await window.queue.list({ lane: "memory", limit: 1 });
  if (!sample) throw new Error("No task waits.");
  const { seq: _, ...row } = sample;
  const inOne = (durability: "strict" | "relaxed", work: (tasks: IDBObjectStore) => void) =>
    new Promise<void>((resolve, reject) => {
      const tx = db.transaction("tasks", "readwrite", { durability });
      tx.oncomplete = () => resolve();
      tx.onabort = () => reject(tx.error);
      work(tx.objectStore("tasks"));
      tx.commit();
    });
  const each = async (times: number, work: () => Promise<unknown>) => {
    const taken: number[] = [];
    for (let at = 0; at < times; at += 1) {
      const begun = performance.now();
      await work();
      taken.push(performance.now() - begun);
    }
    return taken.sort((one, other) => one - other)[Math.floor(times / 2)]!;
  };
  for (let left = asked.size; left > 0; left -= 5_000) {
    await inOne("relaxed", (tasks) => {
      for (let at = 0; at < Math.min(left, 5_000); at += 1) tasks.add(row);
    });
  }
  let seq = 0;
  const put = (tasks: IDBObjectStore, at: number, status: string) => tasks.put({ ...row, seq: at, status });
  const enqueue = await each(asked.count, () => inOne("strict", (tasks) => tasks.add(row)));
  const batchSize = 300;
  const batch =
    (await each(5, () =>
      inOne("strict", (tasks) => {
        for (let at = 0; at < batchSize; at += 1) tasks.add(row);
      }),
    )) / batchSize;
  const process = await each(asked.count, async () => {
    seq += 1;
    await inOne("relaxed", (tasks) => put(tasks, seq, "processing"));
    await inOne("relaxed", (tasks) => put(tasks, seq, "completed"));
  });
  const drain = await each(asked.count, () =>
    inOne("relaxed", (tasks) => {
      put(tasks, seq, "completed");
      seq += 1;
      put(tasks, seq, "processing");
    }),
  );
  db.close();
  indexedDB.deleteDatabase("bare");
  return { enqueue, batch, process, drain };
}
