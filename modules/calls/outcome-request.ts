import { ERASED } from "../module.ts";
import type { RecordOutcomeInput } from "./schema.ts";

/** The part of a recording that a repeat must match, beside the notes: everything except the length of the call. */
export function requestOf({ outcomeType, callbackId, callback, stillOpen }: RecordOutcomeInput): string {
  return JSON.stringify({
    outcomeType,
    callbackId: callbackId ?? null,
    callback: callback ?? null,
    stillOpen: stillOpen ?? [],
  });
}

/**
 * The fields of a repeat that contradict the recorded outcome. A repeat without notes contradicts no notes, and notes contradict no
 * erased ones.
 */
export function differencesTo(
  recorded: { request: string; notes: string | null },
  input: RecordOutcomeInput,
): ("outcomeType" | "callbackId" | "callback" | "stillOpen" | "notes")[] {
  const before: Record<string, string | undefined> = { stillOpen: "[]", ...fieldsOf(recorded.request) };
  const now = fieldsOf(requestOf(input));
  const fields = (["outcomeType", "callbackId", "callback", "stillOpen"] as const).filter(
    (name) => before[name] !== now[name],
  );
  const hasOtherNotes = (input.notes ?? "") !== "" && ![input.notes, ERASED].includes(recorded.notes ?? "");
  return hasOtherNotes ? [...fields, "notes"] : fields;
}

/** The fields of a recorded request as text. An erased request has none, so every field of a repeat differs. */
function fieldsOf(request: string): Record<string, string | undefined> {
  if (!request.startsWith("{")) return {};
  return Object.fromEntries(
    Object.entries(JSON.parse(request) as Record<string, unknown>).map(([name, value]) => [
      name,
      JSON.stringify(value),
    ]),
  );
}
