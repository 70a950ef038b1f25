import type { ShownTask } from "#client/cursor-tasks";

type Standing = Pick<ShownTask, "state" | "expiresAt" | "lateAt" | "callbackId">;

/** Whether its result may be redelivered to its conversation. */
export function canRedeliver({ state, expiresAt, callbackId }: Standing, now: number): boolean {
  return (state === "delivered" || state === "undeliverable") && callbackId === null && Date.parse(expiresAt) > now;
}

/** Whether there is a result that was not delivered. */
export function canMakeCallback({ state, lateAt, callbackId }: Standing): boolean {
  if (callbackId !== null) return false;
  return lateAt !== null || ["completed", "failed", "delivering", "undeliverable"].includes(state);
}

/** "1 attempt", "3 attempts", "no attempt yet", or "no attempt" where none follows. */
export function attemptsText({ attempts, state }: Pick<ShownTask, "attempts" | "state">): string {
  if (attempts === 0) return state === "undeliverable" ? "no attempt" : "no attempt yet";
  return attempts === 1 ? "1 attempt" : `${attempts} attempts`;
}

/** A result as people read it: text as it is, everything else as JSON with a line for each part. */
export function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

/** The kind of an actor, such as "supervisor"; the audit names the account. */
export function kindOf(actor: string): string {
  const [kind = actor] = actor.split(" ");
  return kind;
}
