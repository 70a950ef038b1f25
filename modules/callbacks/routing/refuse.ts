import type { Hindrance } from "../reason-schema.ts";
import { QUARANTINE_AFTER } from "../rules.ts";
import { changeOf, type UserPlan } from "./plan.ts";
import { sentenceOf, utc } from "./sentences.ts";
import type { DueCallback } from "./snapshot.ts";

/**
 * Counts a tick that failed for the callback's own reasons; after three in a row the callback is quarantined until the cause is
 * gone.
 */
export function refuse(plan: UserPlan, callback: DueCallback, hindrance: Hindrance): void {
  const { kind: code } = hindrance;
  const reason = sentenceOf(hindrance, utc);
  if (callback.quarantineCode !== null) {
    plan.verdicts.push([callback.id, { kind: "quarantined", code, reason }]);
    return;
  }
  const failedTicks = callback.failedTicks + 1;
  const quarantine = failedTicks >= QUARANTINE_AFTER;
  const type = quarantine ? "quarantined" : "refused";
  plan.verdicts.push([callback.id, { kind: type, code, reason }]);
  // An accepted callback cannot keep its agent; the lease ends with its entry.
  const returnToQueue = callback.status === "accepted";
  const change = { callbackId: callback.id, type, reason: hindrance, data: { code } } as const;
  plan.changes.push(changeOf({ ...change, failedTicks, quarantine, returnToQueue }));
}
