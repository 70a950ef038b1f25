/** Reads the tasks of the browser's queue as actions of an agent. */
import type { Quarantined, Task } from "#modules/durable-queue";
import { type Act, readAct } from "./acts.ts";
import { SAID_AFTER_MS, type Unsent } from "./shown.ts";

const STATES: Partial<Record<Task["status"], Unsent["state"]>> = { pending: "waits", processing: "sending" };

/** The unsent actions among these tasks, in their order. A task whose payload cannot be read is shown with its type. */
export function unsentOf(tasks: readonly Task[], now: number): Unsent[] {
  return tasks
    .filter(({ lane, status }) => lane === "send" && status !== "completed")
    .map((task) => {
      return {
        ...(readAct(task.payload) ?? unreadable(task)),
        id: task.id,
        type: task.type,
        state: STATES[task.status] ?? "stopped",
        why: task.reason,
        // A clock that was set back does not make the task younger.
        isShown: Math.abs(now - task.createdAt) >= SAID_AFTER_MS,
        doneAt: task.createdAt,
      };
    });
}

function unreadable({ type }: Pick<Task, "type">): Act {
  return { request: "POST /", body: {}, title: type, callbackId: null, callSessionId: null, words: null };
}

const DAMAGED = "damaged ";

/** Records that the browser gives back damaged, as actions that stopped: they can be saved as a file or discarded, and not sent. */
export function damagedOf(records: readonly Quarantined[]): Unsent[] {
  return records.map(({ seq, record, at }) => {
    const { type, payload } = (record ?? {}) as Partial<Task>;
    return {
      ...(readAct(payload) ?? unreadable({ type: typeof type === "string" ? type : "Something you did" })),
      id: `${DAMAGED}${seq}`,
      type: "damaged",
      state: "stopped",
      why: {
        code: "damaged",
        sentence:
          "This browser gave it back damaged, so it was not sent. Do it again, or save it as a file, then discard it.",
      },
      isShown: true,
      doneAt: at,
    };
  });
}

/** The number of the damaged record that this id names, or null. */
export const damagedNumberOf = (id: string): number | null =>
  id.startsWith(DAMAGED) ? Number(id.slice(DAMAGED.length)) : null;

const EXACTLY = { dateStyle: "full", timeStyle: "long" } as const;

/** The unsent actions as a text that a person can read and do again elsewhere, followed by all that is `stored` of them. */
export function unsentText(unsent: readonly Unsent[], stored: string, now: number): string {
  const exactly = (at: number) => new Date(at).toLocaleString("en-GB", EXACTLY);
  const items = unsent.map(({ title, words, doneAt, state, why }, place) => {
    const whyNot = state === "stopped" && why && `   Not done: ${why.sentence}`;
    const typed = words && `   Words: ${words.replaceAll("\n", "\n   ")}`;
    return [`${place + 1}. ${title}`, `   Done here on ${exactly(doneAt)}`, whyNot, typed].filter(Boolean).join("\n");
  });
  return [
    `Not sent to Ringback as of ${exactly(now)}`,
    ...items,
    `Everything that this browser keeps of it:\n${stored}`,
    "",
  ].join("\n\n");
}
