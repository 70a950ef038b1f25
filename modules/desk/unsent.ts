/** The tasks of the browser's queue as what an agent did. */
import type { Task } from "#modules/durable-queue";
import { type Act, actPayload } from "./acts.ts";
import { SAID_AFTER_MS, type Unsent } from "./shown.ts";

/** The unsent of these tasks, in their order. One whose payload cannot be read is shown with its type. */
export function unsentOf(tasks: readonly Task[], now: number): Unsent[] {
  return tasks
    .filter(({ lane, status }) => lane === "send" && status !== "completed")
    .map((task) => {
      const read = actPayload.safeParse(task.payload);
      const state = task.status === "pending" || task.status === "processing" ? "waits" : "stopped";
      return {
        ...(read.success ? read.data : unreadable(task)),
        id: task.id,
        type: task.type,
        state,
        why: task.reason,
        // A clock that was set back has not made it younger.
        isShown: Math.abs(now - task.createdAt) >= SAID_AFTER_MS,
        doneAt: task.createdAt,
      };
    });
}

function unreadable({ type }: Task): Act {
  return { request: "POST /", body: {}, title: type, callbackId: null, callSessionId: null, words: null };
}
