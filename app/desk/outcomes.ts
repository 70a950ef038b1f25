/** The outcomes of a call, most frequent first. `promise`: a next time may be agreed on with it. */
export const OUTCOMES = [
  { type: "answered", name: "Answered", promise: true },
  { type: "no_answer", name: "No answer", promise: false },
  { type: "voicemail", name: "Voicemail", promise: false },
  { type: "busy", name: "Busy", promise: false },
  { type: "call_back", name: "Call back…", promise: true },
  { type: "signed", name: "Signed", promise: true },
  { type: "documents_received", name: "Documents received", promise: true },
  { type: "not_interested", name: "Not interested", promise: true },
  { type: "wrong_number", name: "Wrong number", promise: false },
  { type: "do_not_call", name: "Do not call", promise: false },
] as const;

export type OutcomeChoice = (typeof OUTCOMES)[number];

/** The choice of this type, or null. */
export function outcomeOf(type: string | null): OutcomeChoice | null {
  return OUTCOMES.find((one) => one.type === type) ?? null;
}
