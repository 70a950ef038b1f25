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

const exactly = (at: number): string => new Date(at).toString();

/** The unsent actions as a text that a person can read and do again elsewhere, followed by all that is `stored` of them. */
export const unsentText = (unsent: readonly Unsent[], stored: string, now: number): string =>
  [
    `Not sent to Ringback: ${exactly(now)}`,
    ...unsent.map(({ title, doneAt, why, words }) =>
      [title, exactly(doneAt), why?.sentence, words].filter(Boolean).join("\n"),
    ),
    stored,
  ].join("\n\n");
