import type { RecordOutcomeInput } from "./schema.ts";

/** What makes two recordings the same, beside the notes: everything but the length of the call. */
export function requestOf({ outcomeType, callbackId, callback, stillOpen }: RecordOutcomeInput): string {
  return JSON.stringify({
    outcomeType,
    callbackId: callbackId ?? null,
    callback: callback ?? null,
    stillOpen: stillOpen ?? [],
  });
}

/** What a repeat says that was not recorded. A repeat without notes leaves out words, and so loses none. */
export function differencesTo(
  recorded: { request: string; notes: string | null },
  input: RecordOutcomeInput,
): ("outcomeType" | "callbackId" | "callback" | "stillOpen" | "notes")[] {
  const before: Record<string, string | undefined> = { stillOpen: "[]", ...fieldsOf(recorded.request) };
  const now = fieldsOf(requestOf(input));
  const fields = (["outcomeType", "callbackId", "callback", "stillOpen"] as const).filter(
    (name) => before[name] !== now[name],
  );
  const hasOtherNotes = (input.notes ?? "") !== "" && input.notes !== recorded.notes;
  return hasOtherNotes ? [...fields, "notes"] : fields;
}

/** The fields of a recorded request as text. Of one that was erased nothing is known, so everything differs. */
function fieldsOf(request: string): Record<string, string | undefined> {
  if (!request.startsWith("{")) return {};
  return Object.fromEntries(
    Object.entries(JSON.parse(request) as Record<string, unknown>).map(([name, value]) => [
      name,
      JSON.stringify(value),
    ]),
  );
}
