/** Calls: each outcome is on its call once, and nobody is in two calls at once. */
import type { Order } from "../record.ts";
import { about, aboutCall, type Check, type Finding, granted, type Row } from "./finding.ts";

export const checkCalls: Check = async ({ orders, rows }) => {
  const calls = await rows(`
    SELECT s.id, s.user_id, coalesce(s.number, u.phone) AS phone, s.agent_id, s.callback_id, s.started_at, s.ended_at, s.last_outcome_type, s.notes, s.twilio_call_sid
    FROM call_sessions s JOIN users u ON u.id = s.user_id ORDER BY s.started_at`);
  const settled = await rows(
    "SELECT callback_id, type, data FROM callback_events WHERE type IN ('completed', 'failed', 'retried')",
  );
  const callbacks = await rows(`
    SELECT c.id, coalesce(c.number, u.number) AS number FROM callbacks c JOIN users u ON u.id = c.user_id`);
  return [
    ...outcomes(orders, calls, settled, new Map(callbacks.map(({ id, number }) => [String(id), number]))),
    ...given(orders, calls),
    ...recorded(orders, calls),
    ...overlaps(orders, calls, "user_id", "User"),
    ...overlaps(orders, calls, "phone", "Number"),
    ...overlaps(orders, calls, "agent_id", "Agent"),
  ];
};

function* outcomes(
  orders: readonly Order[],
  calls: readonly Row[],
  settled: readonly Row[],
  numberOf: ReadonlyMap<string, unknown>,
): Generator<Finding> {
  const byId = new Map(calls.map((call) => [String(call.id), call]));
  const settles = Map.groupBy(settled, ({ data }) => String((data as Row).callSessionId));
  const recorded = new Set<string>();
  for (const order of granted(orders, "POST", /\/outcome$/)) {
    const id = order.path.split("/")[2]!;
    recorded.add(id);
    const { outcomeType } = order.body as Row;
    const call = byId.get(id);
    if (call?.last_outcome_type !== outcomeType || call?.ended_at === null)
      yield {
        sentence: `Call ${id} was answered as ended with ${outcomeType} and has ${call?.last_outcome_type ?? "no outcome"}.`,
        orders: aboutCall(orders, id),
      };
    const { callback, covered = [] } = order.definite.body as { callback: Row | null; covered?: Row[] };
    const found = (settles.get(id) ?? []).map((event) => String(event.callback_id)).sort();
    // Also the covered ones of the user, except one to another number, which this call has not tried.
    const tried = covered.filter(
      ({ id: one, status }) =>
        status !== "pending" || found.includes(String(one)) || numberOf.get(String(one)) === call?.phone,
    );
    const answered = callback ? [callback, ...tried].map((one) => String(one.id)).sort() : [];
    if (callback && found.join() !== answered.join())
      yield {
        sentence: `The outcome of call ${id} was answered as settling callbacks ${answered}; events say ${found.join() || "none"}.`,
        orders: about(orders, callback.id),
      };
  }
  for (const call of calls)
    if (call.last_outcome_type !== null && !recorded.has(String(call.id)))
      yield {
        sentence: `Call ${call.id} has the outcome ${call.last_outcome_type}, and no answer says so.`,
        orders: aboutCall(orders, call.id),
      };
}

/** Each call that was given to an agent belongs to that agent. */
function* given(orders: readonly Order[], calls: readonly Row[]): Generator<Finding> {
  const byId = new Map(calls.map((call) => [String(call.id), call]));
  for (const order of granted(orders, "POST", /^\/queue\/next$/)) {
    const next = order.definite.body.next as Row | null;
    const { agentId } = order.body as Row;
    if (next && byId.get(String(next.callSessionId))?.agent_id !== agentId)
      yield {
        sentence: `Agent ${agentId} was given call ${next.callSessionId}, which is not theirs.`,
        orders: aboutCall(orders, next.callSessionId),
      };
  }
}

/** Each call that was recorded is there once. */
function* recorded(orders: readonly Order[], calls: readonly Row[]): Generator<Finding> {
  const bySid = Map.groupBy(calls, (call) => String(call.twilio_call_sid));
  for (const order of granted(orders, "POST", /^\/calls$/)) {
    const found = bySid.get(String((order.body as Row).twilioCallSid)) ?? [];
    if (found.length !== 1 || String(found[0]!.id) !== String(order.definite.body.id))
      yield {
        sentence: `Call ${order.definite.body.id} was answered as recorded and exists ${found.length} times.`,
        orders: [order],
      };
  }
}

function* overlaps(orders: readonly Order[], calls: readonly Row[], column: string, who: string): Generator<Finding> {
  const groups = Map.groupBy(
    calls.filter((call) => call[column] !== null && isConversation(call)),
    (call) => String(call[column]),
  );
  for (const [id, list] of groups) {
    for (const [n, call] of list.entries()) {
      const next = list[n + 1];
      const end = call.ended_at as Date | null;
      if (!next || (end !== null && end.getTime() <= (next.started_at as Date).getTime())) continue;
      yield {
        sentence: `${who} ${id} was in calls ${call.id} and ${next.id} at once.`,
        orders: [...aboutCall(orders, call.id), ...aboutCall(orders, next.id)],
      };
    }
  }
}

/** A missed call lasted no time. */
function isConversation({ started_at, ended_at }: Row): boolean {
  return ended_at === null || (ended_at as Date).getTime() > (started_at as Date).getTime();
}
