/** What is shown of what waits in this browser. It is part of the page itself, so it brings nothing along. */
import type { Reason } from "#modules/durable-queue";
import type { Act } from "./acts.ts";

/** Something an agent did that the server has not agreed to, or whose answer this page has not read again yet. */
export type Unsent = Act & {
  id: string;
  type: string;
  /**
   * `waits`: it goes out by itself. `stopped`: it was refused, or its time has passed; the agent decides. `sent`: the server
   * has it, and what the page shows of the server is from before.
   */
  state: "waits" | "stopped" | "sent";
  /** Why it has not gone out, or null. */
  why: Reason | null;
  /** Whether it has waited so long that this is said. */
  isShown: boolean;
  /** When the agent did it, by the server's clock as this browser knew it. */
  doneAt: number;
};

/** What takes less is not marked, so that nothing flickers. */
export const SAID_AFTER_MS = 2_000;

/** What an agent's list shows beside what the server knows of a row. */
export type Shown = {
  /** What is unsent about it, in words. */
  mark?: string;
  /** Something about it is under way or waits, and is answered before the next. */
  isBusy?: true;
};

const MARKS: Record<string, string> = {
  accept: "asked for, not confirmed",
  release: "release waits to be sent",
};

/**
 * A row of the list as the agent sees it: what the server knows, and over it what this browser has not sent, in its order.
 * Null: it was put off. Accepted is only what the server has agreed to. After something that was stopped nothing counts
 * any more. A row that nothing waits for is the very row, so that it is not drawn again.
 */
export function project<Row extends { id: number; status: "pending" | "accepted" }>(
  row: Row,
  unsent: readonly Unsent[],
): (Row & Shown) | null {
  let shown: Row & Shown = row;
  for (const { callbackId, type, state, isShown } of unsent) {
    if (callbackId !== row.id) continue;
    if (state === "stopped") return isShown ? { ...shown, mark: "not done, see Not sent yet" } : shown;
    if (type === "snooze" || type === "reschedule") return null;
    const mark = isShown ? (MARKS[type] ?? "waits to be sent") : undefined;
    shown = {
      ...shown,
      isBusy: true,
      ...(type === "release" && { status: "pending" }),
      ...(mark !== undefined && { mark }),
    };
  }
  return shown;
}

/** The status that the agent has decided on and the server does not know yet, or null. */
export function decidedOf(unsent: readonly Unsent[]): string | null {
  const last = unsent.findLast(({ type, state }) => type === "status" && state !== "stopped");
  return last === undefined ? null : String(last.body.status);
}

/** Whether the outcome of this call is in this browser and goes out by itself. */
export function isOutcomeKept(unsent: readonly Unsent[], callSessionId: string | undefined): boolean {
  return unsent.some(
    (one) =>
      one.type === "outcome" && one.state !== "stopped" && one.isShown && one.callSessionId === (callSessionId ?? ""),
  );
}
