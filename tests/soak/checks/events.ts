/** The events of a callback, replayed in a state machine of our own, give the callback as it is. */
import { isDeepStrictEqual } from "node:util";
import { about, type Check, type Finding, type Row } from "./finding.ts";

const OPEN = ["pending", "accepted"];
/** The states before and after each event. An event that is not listed must not happen in a soak. */
const MAY_LEAD: Record<string, { from: string[]; to: string[] }> = {
  queued: { from: ["pending"], to: ["pending"] },
  covered: { from: ["pending"], to: ["pending"] },
  rerouted: { from: ["pending"], to: ["pending"] },
  refused: { from: OPEN, to: ["pending"] },
  quarantined: { from: OPEN, to: ["pending"] },
  accepted: { from: ["pending"], to: ["accepted"] },
  snoozed: { from: OPEN, to: ["pending"] },
  snooze_undone: { from: ["pending"], to: ["pending"] },
  released: { from: ["accepted"], to: ["pending"] },
  skipped: { from: OPEN, to: ["pending"] },
  returned: { from: OPEN, to: ["pending"] },
  reassigned: { from: OPEN, to: OPEN },
  rescheduled: { from: OPEN, to: ["pending"] },
  call_started: { from: OPEN, to: OPEN },
  retried: { from: OPEN, to: ["pending"] },
  completed: { from: OPEN, to: ["completed"] },
  failed: { from: OPEN, to: ["failed"] },
  cancelled: { from: OPEN, to: ["cancelled"] },
  outcome_undone: { from: ["pending", "completed", "failed"], to: OPEN },
};

export const checkEvents: Check = async ({ orders, rows }) => {
  // The columns of the last event are not part of the state that events lead to.
  const callbacks = await rows(`
    SELECT id, event_seq, to_jsonb(c) - ARRAY['event_seq', 'event_at', 'event_type', 'event_actor', 'event_why', 'event_data'] AS state
    FROM callbacks c`);
  const events = await rows(
    "SELECT callback_id, seq, at, type, from_status, to_status, changes FROM callback_events ORDER BY callback_id, seq",
  );
  const byCallback = Map.groupBy(events, (event) => Number(event.callback_id));
  const findings: Finding[] = [];
  for (const callback of callbacks) {
    const fault = replay(callback, byCallback.get(Number(callback.id)) ?? []);
    if (fault) findings.push({ sentence: `Callback ${callback.id}: ${fault}`, orders: about(orders, callback.id) });
  }
  return findings;
};

function replay(callback: Row, events: readonly Row[]): string | null {
  let state: Row = {};
  for (const [n, event] of events.entries()) {
    const fault = n === 0 ? ofFirst(event) : ofNext(event, n + 1, state, events[n - 1]!);
    if (fault) return fault;
    state = { ...state, ...(event.changes as Row) };
    if (state.status !== event.to_status)
      return `its event ${n + 1} says ${event.to_status} and changes it to ${state.status}.`;
  }
  if (events.length !== callback.event_seq) return `it has ${events.length} events and counts ${callback.event_seq}.`;
  return isDeepStrictEqual(state, callback.state) ? null : "its events do not replay to what it is.";
}

function ofFirst({ seq, type, to_status }: Row): string | null {
  return seq === 1 && type === "created" && to_status === "pending" ? null : `it begins with event ${seq}, ${type}.`;
}

function ofNext(
  { seq, at, type, from_status, to_status }: Row,
  expected: number,
  state: Row,
  before: Row,
): string | null {
  if (seq !== expected) return `its event ${expected} is missing.`;
  if ((at as Date) < (before.at as Date)) return `its event ${seq} was before the one before.`;
  if (from_status !== state.status) return `its event ${seq} begins at ${from_status}, where it was ${state.status}.`;
  const rule = MAY_LEAD[String(type)];
  const isAllowed = rule?.from.includes(String(from_status)) && rule.to.includes(String(to_status));
  return isAllowed ? null : `its event ${seq}, ${type}, leads from ${from_status} to ${to_status}.`;
}
