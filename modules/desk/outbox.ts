/** The outbox of the person whose page this is: a durable queue in the browser. */
import { freshKey, onReached, pageOwner, Problem, press } from "#lib/browser/api";
import { serverNow, serverTimeIsKnown } from "#lib/browser/clock";
import { DurableQueue, QueueError, QueueRunner, type Status, type Task } from "#modules/durable-queue";
import { type Act, ACTS } from "./acts.ts";
import { reportHeld } from "./report-held.ts";
import { SAID_AFTER_MS, type Unsent } from "./shown.ts";
import { damagedNumberOf, damagedOf, unsentOf, unsentText } from "./unsent.ts";

type Outbox = { owner: string; queue: DurableQueue; runner: QueueRunner };
let outbox: Outbox | null = null;
/** Why the last action was not kept, such as a full disk, or null. */
let notKept: string | null = null;
const PREFIX = "ringback desk ";

// Any answer says that the server is back, so actions in backoff need not wait. A storage failure shows at the next press.
onReached(() => {
  if (outbox) void sendNow().catch(() => undefined);
});

/** Opens the outbox of this page's person and starts sending. Each person has a database of their own. */
function openOutbox(): Outbox {
  const owner = pageOwner() ?? "nobody";
  if (outbox?.owner === owner) return outbox;
  void outbox?.runner.stop();
  const queue = new DurableQueue({ name: PREFIX + owner, userId: owner, types: ACTS, now: serverNow });
  const runner = new QueueRunner({ queue, now: serverNow });
  outbox = { owner, queue, runner };
  // The person has signed in again, so tasks that waited for a sign-in resume. A storage failure shows at the next press.
  void queue.resume("send").catch(() => undefined);
  // A killed browser may have lost the offset of this machine's clock, and would judge tasks as too old.
  void serverTimeIsKnown.then(() => {
    if (outbox?.runner === runner) runner.start();
  });
  return outbox;
}

/**
 * The result of an action: the server's answer, or the action is kept here and sent automatically. `later` resolves with the
 * answer if it comes while this page is open, and with null if the action ends in another way.
 */
export type Sent<A> = { isKept: false; answer: A } | { isKept: true; later: Promise<A | null> };

/**
 * Stores an action and sends it. Resolves with the server's answer, or without one after two seconds: the action then waits here,
 * and `listUnsent` has it. Rejects with the Problem of a refusal, and the action is removed. Where the browser has no storage, the
 * action is sent directly under the same idempotency key.
 */
export async function sendThrough<A>(type: keyof typeof ACTS, act: Act): Promise<Sent<A>> {
  const { queue } = openOutbox();
  const id = freshKey();
  try {
    await queue.enqueue({ type, payload: act, id, groupKey: groupOf(type, act) });
    notKept = null;
  } catch (error) {
    if (!(error instanceof QueueError)) throw error;
    notKept = error.message;
    return { isKept: false, answer: await press<A>(act.request, act.body, id) };
  }
  // This tab sends too, because the leading tab may be asleep. A task is claimed by one tab at a time.
  void queue.processNext("send").catch(() => undefined);
  const ending = endOf(queue, id);
  const task = await inTime(ending);
  if (task === "late") return { isKept: true, later: ending.then((ended) => answerOf<A>(ended)) };
  if (task?.status === "failed") {
    // The person reads the reason at once, so the task need not wait for a decision.
    await queue.cancel(id);
    throw new Problem({ code: task.reason?.code ?? "", detail: task.reason?.sentence ?? "" });
  }
  const answer = answerOf<A>(task);
  return answer === null ? { isKept: true, later: Promise.resolve(null) } : { isKept: false, answer };
}

/** Actions about one callback are sent in order; other actions do not wait for them. */
function groupOf(type: string, { callbackId, callSessionId }: Act): string {
  if (callbackId !== null) return `callback ${callbackId}`;
  return callSessionId === null ? type : `call ${callSessionId}`;
}

const answerOf = <A>(task: Task | null): A | null => (task?.status === "completed" ? (task.output as A) : null);

/** Resolves with the task once it has ended or waits for a person; with null when it was discarded. */
async function endOf(queue: DurableQueue, id: string): Promise<Task | null> {
  for (;;) {
    const { promise: changed, resolve: look } = Promise.withResolvers<void>();
    const stop = queue.subscribe(() => look());
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

/** Actions that wait to be sent or were stopped, in the order in which the agent did them, followed by records that cannot be read any more. */
export async function listUnsent(): Promise<Unsent[]> {
  const { queue } = openOutbox();
  const [damaged, ...tasks] = await Promise.all([
    queue.quarantined(),
    ...OPEN.map((status) => queue.list({ status, lane: "send" })),
  ]);
  const inOrder = tasks.flat().toSorted((one, other) => one.seq - other.seq);
  return [...unsentOf(inOrder, serverNow()), ...damagedOf(damaged)];
}

/** Why this browser stores no actions, as a sentence, or null. A browser that stores none sends each action straight to the server. */
export async function whyNotKept(): Promise<string | null> {
  const { storageSentence } = await openOutbox().queue.getStatus();
  return storageSentence ?? notKept;
}

/** Reports how much this browser holds for its agent. */
export const reportUnsent = async (agentId: number): Promise<void> => reportHeld(agentId, await listUnsent());

/** How many unsent actions other people left on this computer. Only their owners can read or send them. */
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

/** Whether the server has answered this action. */
export async function wasSent(id: string): Promise<boolean> {
  return (await openOutbox().queue.get(id))?.status === "completed";
}

/** Calls `listener` whenever the unsent actions may have changed. Returns the function that stops it. */
export const onUnsent = (listener: () => void): (() => void) => openOutbox().queue.subscribe(listener);

/** Ends the backoff of all tasks, because the server has been reached. */
export async function sendNow(): Promise<void> {
  const { queue, runner } = openOutbox();
  await queue.hurry("send");
  runner.wake();
}

/** Retries an action that was stopped. */
export const sendAgain = (id: string): Promise<void> => openOutbox().queue.retry(id);

/** All unsent actions of this person, as the content of a file that a person can read. */
export async function exportUnsent(): Promise<string> {
  const [unsent, stored] = await Promise.all([listUnsent(), openOutbox().queue.export()]);
  return unsentText(unsent, stored, serverNow());
}

/** Discards an action that is not in flight, or a record that cannot be read. */
export function discard(id: string): Promise<void> {
  const { queue } = openOutbox();
  const damaged = damagedNumberOf(id);
  return damaged === null ? queue.cancel(id) : queue.discardQuarantined(damaged);
}

/** Discards all of these except those that are finished. Throws when one cannot be deleted, or stays under way for too long. */
export async function discardAll(ids: readonly string[]): Promise<void> {
  const { queue } = openOutbox();
  for (const id of ids) await discardAtEnd(queue, id, () => discard(id));
}

/** For how long a discard waits for the end of an attempt, and how often it looks. */
const END_MS = { limit: 8_000, look: 200 };

/**
 * Calls `discard` for an action, and again when an attempt under way has ended: an action that was only skipped would be sent later
 * although its person has discarded it. Does nothing for one that is finished or gone. Throws when the attempt takes longer.
 */
export async function discardAtEnd(queue: DurableQueue, id: string, discardIt: () => Promise<void>): Promise<void> {
  for (let left = END_MS.limit; ; left -= END_MS.look) {
    try {
      return await discardIt();
    } catch (error) {
      if (!["wrong_state", "not_found"].includes((error as QueueError).code)) throw error;
      const task = await queue.get(id);
      if (!task || task.status === "completed") return;
      if (left <= 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, END_MS.look));
    }
  }
}
