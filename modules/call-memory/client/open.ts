/** The memory of one agent in this browser, and the queue that works on it: opened once, tended every hour. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { ask, onReached } from "#lib/browser/api";
import { serverNow, timed } from "#lib/browser/clock";
import type { NewTask } from "#modules/durable-queue";

type ErasedUsers = { userIds: string[]; now: string };

const HOUR_MS = 3_600_000;

export type Open = Awaited<ReturnType<typeof openFor>>;
const opened = new Map<number, Promise<Open>>();

/** The memory of one agent in this browser, and the queue that works on it. Fails in a browser without storage. */
export function memoryOf(agentId: number): Promise<Open> {
  const opening = opened.get(agentId) ?? openFor(agentId);
  opened.set(agentId, opening);
  // The next use retries a failed load.
  opening.catch(() => opened.delete(agentId));
  return opening;
}

async function openFor(agentId: number) {
  const [{ CallMemory, memoryTypes, readInWorker }, { DurableQueue, QueueRunner }] = await Promise.all([
    import("../index.ts"),
    import("#modules/durable-queue"),
  ]);
  const person = String(agentId);
  const memory = await CallMemory.open(person);
  const types = memoryTypes({ memory, now: () => new Date(serverNow()), pause: nextTurn, read: readInWorker });
  const name = `ringback-call-memory-tasks:${person}`;
  const queue = new DurableQueue({ name, userId: person, types, now: serverNow });
  const runner = new QueueRunner({ queue, now: serverNow });
  const tendNow = () => tend(agentId, { memory, queue }).catch(() => undefined);
  void tendNow().then(() => runner.start());
  setInterval(() => void tendNow(), HOUR_MS);
  // What reads the notes could perhaps not be loaded before. A storage failure shows at the next use.
  onReached(() => void queue.hurry("memory").catch(() => undefined));
  return { memory, queue };
}

/**
 * Loads everything that reading notes needs, so that a stored page can read notes without a connection. Returns the addresses of the files
 * that were not loaded by the page itself.
 */
export async function loadReader(): Promise<string[]> {
  const [{ loadGrammar, loadWorker }] = await Promise.all([import("../index.ts"), import("#modules/durable-queue")]);
  const files = await loadWorker();
  if (files === undefined) await loadGrammar();
  return files ?? [];
}

/** Lets the page answer a key or a click before the next sentence is read. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}

/**
 * The upkeep of the memory: it forgets people who were erased at the server, lets old claims fade, and raises promises that went
 * quiet. It runs once an hour in one of the tabs; without a network an hour later.
 */
async function tend(agentId: number, { memory, queue }: Pick<Open, "memory" | "queue">): Promise<void> {
  const { chainsOfUser } = await import("../index.ts");
  const kept = await memory.userIds();
  if (kept.length === 0) return;
  // The clock of this machine may be wrong, so only the server's clock, which comes with this answer, decides what is old.
  const erased = await timed(ask<ErasedUsers>(`GET /agents/${agentId}/erased-users`));
  for (const userId of erased.userIds) await memory.eraseUser(userId);
  const hour = new Date(serverNow()).toISOString().slice(0, 13);
  const tasks: NewTask[] = [{ type: "decay_claims", payload: {}, id: `decay_claims ${hour}` }];
  for (const userId of kept) {
    for (const { id, owed } of await chainsOfUser(memory, userId, new Date(serverNow())))
      if (owed) tasks.push({ type: "check_chain_dormancy", payload: { chainId: id }, id: `check ${id} ${hour}` });
    await nextTurn();
  }
  await queue.enqueueBatch(tasks);
}

/** Every query of the memory runs again after the queue has done something. */
export function useMemory(agentId: number) {
  const queries = useQueryClient();
  useEffect(() => {
    let isGone = false;
    let unlisten = () => {};
    const listening = memoryOf(agentId).then(({ queue }) => {
      if (!isGone) unlisten = queue.subscribe(() => queries.invalidateQueries({ queryKey: ["call-memory", agentId] }));
    });
    // A browser without storage learns nothing; the desk works without it.
    listening.catch(() => {});
    return () => {
      isGone = true;
      unlisten();
    };
  }, [agentId, queries]);
}
