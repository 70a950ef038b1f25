/** The queue of the person this page belongs to, and how something goes through it. Runs in the browser. */
import { freshKey, pageOwner, Problem, press } from "#lib/browser/api";
import { serverNow } from "#lib/browser/clock";
import { DurableQueue, QueueError, QueueRunner, type Task } from "#modules/durable-queue";
import { type Act, ACTS } from "./acts.ts";
import { SAID_AFTER_MS, type Unsent, unsentOf } from "./unsent.ts";

type Outbox = { owner: string; queue: DurableQueue; runner: QueueRunner };
let outbox: Outbox | null = null;

/** The outbox of this page's person; it begins to send as soon as it is asked for. Each person has a database. */
function openOutbox(): Outbox {
  const owner = pageOwner() ?? "nobody";
  if (outbox?.owner === owner) return outbox;
  void outbox?.runner.stop();
  const queue = new DurableQueue({ name: `ringback desk ${owner}`, userId: owner, types: ACTS, now: serverNow });
  const runner = new QueueRunner({ queue, now: serverNow });
  outbox = { owner, queue, runner };
  // Who sees this page has signed in, so what waited for that goes on. Storage that fails shows itself at the next act.
  void queue.resume("send").catch(() => undefined);
  runner.start();
  return outbox;
}

/** What became of something an agent did: the server's answer, or it is kept here and goes out by itself. */
export type Sent<A> = { isKept: false; answer: A } | { isKept: true };

/**
 * Keeps what an agent did and sends it; resolves with the answer, or without one after two seconds: then it waits here, and
 * `listUnsent` has it. Rejects with the Problem of a refusal, which is then out of the way. Where the browser keeps
 * nothing it goes straight to the server, under the same key.
 */
export async function sendThrough<A>(type: keyof typeof ACTS, act: Act): Promise<Sent<A>> {
  const { queue } = openOutbox();
  const id = freshKey();
  const groupKey = act.callbackId === null ? `call ${act.callSessionId}` : `callback ${act.callbackId}`;
  try {
    await queue.enqueue({ type, payload: act, id, groupKey });
  } catch (error) {
    if (!(error instanceof QueueError)) throw error;
    return { isKept: false, answer: await press<A>(act.request, act.body, id) };
  }
  // Not left to the tab that leads: it may sleep. No task is given out twice.
  void queue.processNext("send").catch(() => undefined);
  const task = await settled(queue, id);
  if (task?.status === "completed") return { isKept: false, answer: task.output as A };
  if (task?.status !== "failed") return { isKept: true };
  // The person who did it reads why, so nothing has to wait for a decision.
  await queue.cancel(id);
  throw new Problem({ code: task.reason?.code ?? "", detail: task.reason?.sentence ?? "" });
}

/** The task once it has an answer, or as it is when two seconds have passed. */
async function settled(queue: DurableQueue, id: string): Promise<Task | null> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, SAID_AFTER_MS);
  let isLate = false;
  void late.then(() => {
    isLate = true;
  });
  try {
    for (;;) {
      const { promise: changed, resolve: look } = Promise.withResolvers<void>();
      const stop = queue.subscribe(look);
      const task = await queue.get(id).catch(() => null);
      const hasEnded = task !== null && task.status !== "pending" && task.status !== "processing";
      if (hasEnded || isLate) {
        stop();
        return task;
      }
      await Promise.race([changed, late]);
      stop();
    }
  } finally {
    clearTimeout(timer);
  }
}

/** What waits to be sent, or was refused after it had waited. */
export async function listUnsent(): Promise<Unsent[]> {
  return unsentOf(await openOutbox().queue.list(), serverNow());
}

/** Calls `listener` whenever that may have changed. Returns how to stop that. */
export const onUnsent = (listener: () => void): (() => void) => openOutbox().queue.subscribe(listener);

/** Lets something that was stopped go out once more. */
export const sendAgain = (id: string): Promise<void> => openOutbox().queue.retry(id);

/** Throws something away that is not under way. */
export const discard = (id: string): Promise<void> => openOutbox().queue.cancel(id);
