import type { RecordOutcomeInput } from "./schema.ts";

/** What makes two recordings the same: everything but the wording of the notes and the length of the call. */
export function requestOf({ outcomeType, callbackId, callback }: RecordOutcomeInput): string {
  return JSON.stringify({ outcomeType, callbackId: callbackId ?? null, callback: callback ?? null });
}
