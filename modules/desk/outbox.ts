/** The queue of the person this page belongs to, and how something goes through it. Runs in the browser. */
import { freshKey, pageOwner, Problem, press } from "#lib/browser/api";
import { serverNow, serverTimeIsKnown } from "#lib/browser/clock";
import { DurableQueue, QueueError, QueueRunner, type Status, type Task } from "#modules/durable-queue";
import { type Act, ACTS } from "./acts.ts";
import { reportHeld } from "./report-held.ts";
import { SAID_AFTER_MS, type Unsent } from "./shown.ts";
import { unsentOf } from "./unsent.ts";

type Outbox = { owner: string; queue: DurableQueue; runner: QueueRunner };
let outbox: Outbox | null = null;
const PREFIX = "ringback desk ";

/** The outbox of this page's person; it begins to send as soon as it is asked for. Each person has a database. */
function openOutbox(): Outbox {
  const owner = pageOwner() ?? "nobody";
  if (outbox?.owner === owner) return outbox;
  void outbox?.runner.stop();
  const queue = new DurableQueue({ name: PREFIX + owner, userId: owner, types: ACTS, now: serverNow });
  const runner = new QueueRunner({ queue, now: serverNow });
  outbox = { owner, queue, runner };
  // This page was opened for somebody who has signed in, so what waited for that goes on. Storage that fails shows itself
  // at the next press.
  void queue.resume("send").catch(() => undefined);
  // A browser that was killed may have lost how far off the clock of this machine is, and would call things too late.
  void serverTimeIsKnown.then(() => {
    if (outbox?.runner === runner) runner.start();
  });
  return outbox;
}

/**
 * What became of something an agent did: the server's answer, or it is kept here and goes out by itself. `later` resolves
 * with the answer when it comes while this page is open, and with null when it ends in another way.
 */
export type Sent<A> = { isKept: false; answer: A } | { isKept: true; later: Promise<A | null> };

/**
 * Keeps what an agent did and sends it; resolves with the answer, or without one after two seconds: then it waits here, and
 * `listUnsent` has it. Rejects with the Problem of a refusal, which is then out of the way. Where the browser keeps
 * nothing it goes straight to the server, under the same key.
 */
export async function sendThrough<A>(type: keyof typeof ACTS, act: Act): Promise<Sent<A>> {
  const { queue } = openOutbox();
  const id = freshKey();
  try {
    await queue.enqueue({ type, payload: act, id, groupKey: groupOf(type, act) });
  } catch (error) {
    if (!(error instanceof QueueError)) throw error;
    return { isKept: false, answer: await press<A>(act.request, act.body, id) };
  }
  // Not left to the tab that leads: it may sleep. No task is given out twice.
  void queue.processNext("send").catch(() => undefined);
  const ending = endOf(queue, id);
  const task = await inTime(ending);
  if (task === "late") return { isKept: true, later: ending.then((ended) => answerOf<A>(ended)) };
  if (task?.status === "failed") {
    // The person who did it reads why, so nothing has to wait for a decision.
    await queue.cancel(id);
    throw new Problem({ code: task.reason?.code ?? "", detail: task.reason?.sentence ?? "" });
  }
  const answer = answerOf<A>(task);
  return answer === null ? { isKept: true, later: Promise.resolve(null) } : { isKept: false, answer };
}

/** What is about one callback goes out in its order; nothing else waits for it. */
function groupOf(type: string, { callbackId, callSessionId }: Act): string {
  if (callbackId !== null) return `callback ${callbackId}`;
  return callSessionId === null ? type : `call ${callSessionId}`;
}

const answerOf = <A>(task: Task | null): A | null => (task?.status === "completed" ? (task.output as A) : null);

/** The task once it has ended or waits for a person; null when it was thrown away. */
async function endOf(queue: DurableQueue, id: string): Promise<Task | null> {
  for (;;) {
    const { promise: changed, resolve: look } = Promise.withResolvers<void>();
    const stop = queue.subscribe(look);
    try {
      const task = await queue.get(id).catch(() => "unread" as const);
      if (task === null) return null;
      if (task !== "unread" && task.status !== "pending" && task.status !== "processing") return task;
      await changed;
    } finally {
      stop();
    }
  }
}

async function inTime(ending: Promise<Task | null>): Promise<Task | null | "late"> {
  const { promise: late, resolve } = Promise.withResolvers<"late">();
  const timer = setTimeout(() => resolve("late"), SAID_AFTER_MS);
  try {
    return await Promise.race([ending, late]);
  } finally {
    clearTimeout(timer);
  }
}

const OPEN: Status[] = ["pending", "processing", "failed", "parked", "expired"];

/** What waits to be sent, or was refused after it had waited, in the order in which it was done. */
export async function listUnsent(): Promise<Unsent[]> {
  const { queue } = openOutbox();
  const tasks = await Promise.all(OPEN.map((status) => queue.list({ status, lane: "send" })));
  return unsentOf(
    tasks.flat().toSorted((one, other) => one.seq - other.seq),
    serverNow(),
  );
}

/** Reports how much this browser holds for its agent. */
export const reportUnsent = async (agentId: number): Promise<void> => reportHeld(agentId, await listUnsent());

/** How many things other people left on this computer that are not sent. Nobody but they can read or send them. */
export async function countOfOthers(): Promise<number> {
  const mine = PREFIX + (pageOwner() ?? "nobody");
  const names = (await indexedDB.databases()).map(({ name = "" }) => name);
  let count = 0;
  for (const name of names.filter((one) => one.startsWith(PREFIX) && one !== mine)) {
    const queue = new DurableQueue({ name, userId: "", types: {}, now: serverNow, locks: null });
    const { counts } = await queue.getStatus();
    count += OPEN.reduce((sum, status) => sum + counts.send[status], 0);
    await queue.close();
  }
  return count;
}

/** Whether the server has answered this. */
export async function wasSent(id: string): Promise<boolean> {
  return (await openOutbox().queue.get(id))?.status === "completed";
}

/** Calls `listener` whenever that may have changed. Returns how to stop that. */
export const onUnsent = (listener: () => void): (() => void) => openOutbox().queue.subscribe(listener);

/** The server has been reached: what backs off goes out now. */
export async function sendNow(): Promise<void> {
  const { queue, runner } = openOutbox();
  await queue.hurry("send");
  runner.wake();
}

/** Lets something that was stopped go out once more. */
export const sendAgain = (id: string): Promise<void> => openOutbox().queue.retry(id);

/** Everything of this person that is not sent, as the text of a file. */
export const exportUnsent = (): Promise<string> => openOutbox().queue.export();

/** Throws something away that is not under way. */
export const discard = (id: string): Promise<void> => openOutbox().queue.cancel(id);

/** Throws all of these away, except for what is under way or over by now. Fails when the browser does not let go of one. */
export async function discardAll(ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await discard(id).catch((error: unknown) => {
      if (!(error instanceof QueueError && ["wrong_state", "not_found"].includes(error.code))) throw error;
    });
  }
}
