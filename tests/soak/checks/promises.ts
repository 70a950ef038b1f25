/** Promises: each one with a 2xx answer is stored once and kept once; each 2xx of a change is one event. */
import type { Order } from "../record.ts";
import { about, answered, type Check, countBy, type Finding, granted, type Row } from "./finding.ts";

export const checkPromises: Check = async ({ orders, rows }) => {
  const callbacks = await rows(
    "SELECT id, user_id, phone, status, callback_reason, cancel_reason FROM callbacks ORDER BY id",
  );
  const events = await rows("SELECT callback_id, seq, type, data, why FROM callback_events ORDER BY callback_id, seq");
  const tasks = await rows("SELECT task_id, callback_id FROM cursor_tasks WHERE callback_id IS NOT NULL");
  const refusals = await rows("SELECT user_id, number FROM call_sessions WHERE last_outcome_type = 'do_not_call'");
  const withdrawn = new Set(callbacks.filter(isWithdrawn).map(({ id }) => String(id)));
  return [
    ...made(orders, callbacks),
    ...ofNobody(orders, callbacks, tasks),
    ...keptOnce(orders, events),
    ...changes(
      orders,
      events.filter(({ type, callback_id }) => type !== "cancelled" || !withdrawn.has(String(callback_id))),
    ),
    ...withdrawnByMark(orders, { callbacks, refusals }),
    ...accepted(orders, events),
    ...handedOver(orders, events),
    ...cancelled(orders, callbacks),
  ];
};

/** The words that were sent with a promise are in exactly one row when it was granted, in none when it was refused. */
function* made(orders: readonly Order[], callbacks: readonly Row[]): Generator<Finding> {
  const byReason = Map.groupBy(callbacks, (row) => String(row.callback_reason));
  for (const order of answered(orders, "POST", /^\/callbacks$/)) {
    const { userId, callbackReason } = order.body as Row;
    const found = byReason.get(String(callbackReason)) ?? [];
    const { status, body } = order.definite;
    if (status >= 300 && found.length > 0)
      yield { sentence: `A promise that was refused exists as callback ${found[0]!.id}.`, orders: [order] };
    else if (status < 300 && found.length === 0)
      yield { sentence: `A promise that was answered ${status} does not exist.`, orders: [order] };
    else if (found.length > 1) yield { sentence: `One promise exists ${found.length} times.`, orders: [order] };
    else if (status < 300 && (found[0]!.id !== body.id || found[0]!.user_id !== String(userId)))
      yield {
        sentence: `A promise exists as callback ${found[0]!.id}, but was answered as ${body.id}.`,
        orders: [order],
      };
  }
}

/** Every callback has its cause: a promise, an outcome, or an undelivered result. */
function* ofNobody(orders: readonly Order[], callbacks: readonly Row[], tasks: readonly Row[]): Generator<Finding> {
  const wanted = new Set<number>([
    ...granted(orders, "POST", /^\/callbacks$/).map(({ definite }) => Number(definite.body.id)),
    ...granted(orders, "POST", /\/outcome$/).map(({ definite }) => Number(definite.body.newCallbackId)),
    ...tasks.map((task) => Number(task.callback_id)),
  ]);
  for (const { id } of callbacks)
    if (!wanted.has(Number(id)))
      yield { sentence: `Callback ${id} exists, and no answer says so.`, orders: about(orders, id) };
}

const ENDS = new Set(["completed", "failed", "cancelled"]);

function* keptOnce(orders: readonly Order[], events: readonly Row[]): Generator<Finding> {
  const ends = events.filter(({ type }) => ENDS.has(String(type)));
  for (const [id, count] of countBy(ends, (event) => String(event.callback_id)))
    if (count > 1) yield { sentence: `Callback ${id} ended ${count} times.`, orders: about(orders, id) };
}

/** Requests that change one callback, and the event that each 2xx of them is. */
const ONE_EVENT = [
  [/^\/callbacks\/snooze$/, "snoozed"],
  [/^\/callbacks\/release$/, "released"],
  [/^\/callbacks\/reschedule$/, "rescheduled"],
  [/^\/callbacks\/cancel$/, "cancelled"],
] as const;

function* changes(orders: readonly Order[], events: readonly Row[]): Generator<Finding> {
  for (const [path, type] of ONE_EVENT) {
    const promised = countBy(granted(orders, "POST", path), ({ body }) => String((body as Row).callbackId));
    const happened = countBy(
      events.filter((event) => event.type === type),
      (event) => String(event.callback_id),
    );
    for (const id of new Set([...promised.keys(), ...happened.keys()])) {
      const [answers, done] = [promised.get(id) ?? 0, happened.get(id) ?? 0];
      if (answers !== done)
        yield {
          sentence: `Callback ${id} was ${type} ${done} times, and ${answers} requests were answered so.`,
          orders: about(orders, id),
        };
    }
  }
}

/** Cancelled without an order, because the number asked not to be called. */
function isWithdrawn({ status, cancel_reason: reason }: Row): boolean {
  return status === "cancelled" && String(reason).includes("asked not to be called");
}

/** Finds promises that were cancelled for their number although no import and no call has marked it. */
function* withdrawnByMark(
  orders: readonly Order[],
  { callbacks, refusals }: Record<"callbacks" | "refusals", readonly Row[]>,
): Generator<Finding> {
  const imported = orders
    .filter(({ path }) => path === "/users")
    .flatMap(({ body }) => (body as { users: Row[] }).users);
  // A number is corrected between a promise and its mark, or between a mark and the end of its call, so a user has several.
  const phonesOf = Map.groupBy(imported, ({ id }) => String(id));
  const numbersOf = (id: unknown) => (phonesOf.get(String(id)) ?? []).map(({ phone }) => phone);
  const marked = new Set([
    ...imported.filter(({ doNotCall }) => doNotCall === true).map(({ phone }) => phone),
    ...refusals.flatMap(({ user_id: id, number }) => [number, ...numbersOf(id)]),
  ]);
  for (const callback of callbacks.filter(isWithdrawn))
    if (![callback.phone, ...numbersOf(callback.user_id)].some((phone) => marked.has(phone)))
      yield {
        sentence: `Callback ${callback.id} was cancelled for its number, which nobody marked.`,
        orders: about(orders, callback.id),
      };
}

/** Each 2xx of an accept names the entry that its one event names; repeats of the winner name the same. */
function* accepted(orders: readonly Order[], events: readonly Row[]): Generator<Finding> {
  const name = (callback: unknown, agent: unknown, entry: unknown) => `${callback}/${agent}/${entry}`;
  const happened = countBy(
    events.filter(({ type }) => type === "accepted"),
    ({ callback_id, data }) => name(callback_id, (data as Row).agentId, (data as Row).entryId),
  );
  const answered = new Set<string>();
  for (const order of granted(orders, "POST", /^\/callbacks\/accept$/)) {
    const { callbackId, agentId } = order.body as Row;
    const key = name(callbackId, agentId, ((order.definite.body.data ?? {}) as Row).queueEntryId);
    answered.add(key);
    if (happened.get(key) !== 1)
      yield {
        sentence: `Agent ${agentId} has the answer that it accepted callback ${callbackId}; ${happened.get(key) ?? 0} events say so.`,
        orders: about(orders, callbackId),
      };
  }
  for (const key of happened.keys())
    if (!answered.has(key))
      yield {
        sentence: `Callback, agent and entry ${key} were accepted, and no answer says so.`,
        orders: about(orders, key.split("/")[0]),
      };
}

/** The number of reassigned callbacks equals that in the answers. */
function* handedOver(orders: readonly Order[], events: readonly Row[]): Generator<Finding> {
  const moves = [
    ...granted(orders, "POST", /^\/callbacks\/reassign$/),
    ...granted(orders, "POST", /\/move-callbacks$/),
  ];
  const answered = moves.reduce((sum, { definite }) => {
    const data = (definite.body.data ?? {}) as { reassigned?: number; moved?: number };
    return sum + (data.reassigned ?? data.moved ?? 0);
  }, 0);
  const happened = events.filter(({ type }) => type === "reassigned").length;
  if (answered !== happened)
    yield { sentence: `${happened} callbacks changed hands, and the answers say ${answered}.`, orders: moves };
}

function* cancelled(orders: readonly Order[], callbacks: readonly Row[]): Generator<Finding> {
  const byId = new Map(callbacks.map((row) => [Number(row.id), row]));
  for (const order of granted(orders, "POST", /^\/callbacks\/cancel$/)) {
    const { callbackId, reason } = order.body as Row;
    const row = byId.get(Number(callbackId));
    if (row?.status !== "cancelled" || row.cancel_reason !== reason)
      yield {
        sentence: `Callback ${callbackId} was answered as cancelled and is ${row?.status ?? "not there"}.`,
        orders: about(orders, callbackId),
      };
  }
}
