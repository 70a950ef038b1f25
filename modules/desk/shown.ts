/** How a page shows the actions that wait in this browser. It is part of the page itself, so it imports nothing large. */
import type { Reason } from "#modules/durable-queue";
import type { Act } from "./acts.ts";

/** An action of the agent that the server has not confirmed, or whose effect this page has not read again yet. */
export type Unsent = Act & {
  id: string;
  type: string;
  /**
   * `waits`: it is sent automatically. `sending`: it is under way. `stopped`: it was refused or has expired; the agent decides.
   * `sent`: the server has it, and the page still shows the state before it.
   */
  state: "waits" | "sending" | "stopped" | "sent";
  /** Why it has not been sent, or null. */
  why: Reason | null;
  /** Whether it has waited long enough to be marked as waiting. */
  isShown: boolean;
  /** When the agent did it, by the server's clock as this browser knew it. */
  doneAt: number;
};

/** An action that takes less time than this is not marked, so that nothing flickers. */
export const SAID_AFTER_MS = 2_000;

/** Whether this browser holds the action back: it is neither on its way within its first seconds nor done. */
export const isHeld = ({ isShown, state }: Unsent): boolean => isShown && state !== "sent";

/** The marks that the agent's list adds to a row of the server. */
export type Shown = {
  /** The unsent action about it, in words. */
  mark?: string;
  /** An action about it is in flight or waits; another one must follow its answer. */
  isBusy?: true;
};

const MARKS: Record<string, string> = {
  accept: "asked for, not confirmed",
  release: "release waits to be sent",
};

/**
 * A row of the list as the agent sees it: the server's data with the unsent actions of this browser applied in their order. Null:
 * the row was put off. Only the server's confirmation makes a row accepted. Actions after a stopped one are not applied. A row
 * without unsent actions is returned as the same object, so that it is not drawn again.
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

/** Whether this browser holds the outcome of this call and sends it automatically. */
export function isOutcomeKept(unsent: readonly Unsent[], callSessionId: string | undefined): boolean {
  return unsent.some(
    (one) =>
      one.type === "outcome" && one.state !== "stopped" && one.isShown && one.callSessionId === (callSessionId ?? ""),
  );
}
