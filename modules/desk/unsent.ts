/** What waits at the desk to be sent, and what is shown of it. */
import type { Task } from "#modules/durable-queue";
import { type Act, actPayload } from "./acts.ts";

/** Something an agent did that the server has not agreed to. */
export type Unsent = Act & {
  id: string;
  type: string;
  /** `waits`: it goes out by itself. `stopped`: it was refused, or its time has passed; an agent decides. */
  state: "waits" | "stopped";
  /** Why it has not gone out, as a sentence, or null. */
  why: string | null;
  /** Whether it has waited so long that this is said. */
  isShown: boolean;
};

/** What takes less is not marked, so that nothing flickers. */
export const SAID_AFTER_MS = 2_000;

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
        why: task.reason?.sentence ?? null,
        // A clock that was set back has not made it younger.
        isShown: state === "stopped" || task.failures > 0 || Math.abs(now - task.createdAt) >= SAID_AFTER_MS,
      };
    });
}

function unreadable({ type }: Task): Act {
  return { request: "POST /", body: {}, title: type, callbackId: null, callSessionId: null, words: null };
}

const MARKS: Record<string, string> = {
  accept: "asked for, not confirmed",
  snooze: "snooze waits to be sent",
  release: "release waits to be sent",
};

/**
 * A row as the server knows it, and what waits to be sent about it, as its mark. Accepted is only what the server has agreed
 * to. A row that nothing waits for is the very row, so that it is not drawn again.
 */
export function project<Row extends { id: number; status: "pending" | "accepted" }>(
  row: Row,
  unsent: readonly Unsent[],
): Row & { mark?: string } {
  const last = unsent.findLast(({ callbackId, isShown }) => callbackId === row.id && isShown);
  if (!last) return row;
  if (last.state === "stopped") return { ...row, mark: "not done, see above" };
  return { ...row, status: last.type === "accept" ? "pending" : row.status, mark: MARKS[last.type] ?? "waits" };
}
