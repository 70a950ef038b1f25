/** The checker finds the faults in a made-up record and rows, and finds nothing when they are right. */
import { expect, test } from "vitest";
import { checkAccepted } from "./checks/accepted.ts";
import { checkAnswers } from "./checks/answers.ts";
import { checkCalls } from "./checks/calls.ts";
import { checkEvents } from "./checks/events.ts";
import type { Check, Row } from "./checks/finding.ts";
import { checkPromises } from "./checks/promises.ts";
import { checkTasks } from "./checks/tasks.ts";
import { definiteOf } from "./client.ts";
import type { Answer, Order } from "./record.ts";

const answer = (status: number, body: unknown, type = "application/json"): Answer => {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { instance: "A", at: 0, ms: 1, status, type: status >= 400 ? "application/problem+json" : type, text };
};

function order(to: string, body: unknown, ...answers: Answer[]): Order {
  const [method = "", path = ""] = to.split(" ");
  const definite = answers.map(definiteOf).find((one) => one !== null) ?? null;
  return { n: 1, action: 1, what: "test", method, path, body, key: "key", answers, definite };
}

/** The rows of the table that a statement reads first, and none of any other. */
async function findings(check: Check, orders: Order[], tables: Record<string, Row[]> = {}): Promise<string[]> {
  const rows = async (statement: string) => tables[/FROM (\w+)/.exec(statement)?.[1] ?? ""] ?? [];
  return (await check({ orders, rows })).map(({ sentence }) => sentence);
}

const away = answer(503, { code: "unavailable" });
const accept = { callbackId: 7, agentId: 3 };
const won = answer(200, { data: { ...accept, queueEntryId: 9 } });
const promise = { userId: "5001", callbackReason: "soak 1" };
const row = { id: 7, user_id: "5001", status: "pending", callback_reason: "soak 1" };

test.each([
  ["an answer that is empty", order("POST /x", {}, away, answer(200, "")), /empty body/],
  ["a fault of the server", order("POST /x", {}, answer(500, { code: "internal" }), won), /answered 500/],
  ["a 503 that is no problem", order("POST /x", {}, { ...away, type: "text/html" }, won), /without a problem/],
  ["a repeat that is answered otherwise", order("POST /x", {}, won, answer(200, { data: {} })), /differently/],
  ["a repeat that is refused", order("POST /x", {}, won, answer(409, { code: "wrong_state" })), /differently/],
  ["a request without an answer", order("POST /x", {}, away, away), /no definite answer/],
])("the checker finds %s", async (_, wrong, sentence) => {
  expect(await findings(checkAnswers, [wrong])).toEqual([expect.stringMatching(sentence)]);
  expect(await findings(checkAnswers, [order("POST /x", {}, away, won, won)])).toEqual([]);
});

test("the checker finds a promise that was lost, one that is there twice, and one that was refused and is there", async () => {
  const made = order("POST /callbacks", promise, answer(201, { id: 7 }));
  const refused = order("POST /callbacks", promise, answer(409, { code: "do_not_call" }));
  expect(await findings(checkPromises, [made], { callbacks: [row] })).toEqual([]);
  expect(await findings(checkPromises, [made])).toEqual(["A promise that was answered 201 does not exist."]);
  expect(await findings(checkPromises, [made], { callbacks: [row, { ...row, id: 8 }] })).toContain(
    "One promise exists 2 times.",
  );
  expect(await findings(checkPromises, [refused], { callbacks: [row] })).toContain(
    "A promise that was refused exists as callback 7.",
  );
});

test("the checker finds an accept without its event, an event that nobody was answered, and a callback that ended twice", async () => {
  const event = { callback_id: 7, type: "accepted", data: { agentId: 3, entryId: 9 } };
  const accepted = order("POST /callbacks/accept", accept, won);
  expect(await findings(checkPromises, [accepted], { callback_events: [event] })).toEqual([]);
  expect(await findings(checkPromises, [accepted])).toEqual([expect.stringContaining("0 events say so")]);
  expect(await findings(checkPromises, [], { callback_events: [event] })).toEqual([expect.stringMatching(/7\/3\/9/)]);
  const ends = ["completed", "failed"].map((type) => ({ callback_id: 7, type }));
  expect(await findings(checkPromises, [], { callback_events: ends })).toEqual(["Callback 7 ended 2 times."]);
});

test("the checker finds a callback that stays accepted and is in no queue of its agent", async () => {
  const list = (...acceptedAt: string[]) =>
    order(
      "GET /callbacks?status=accepted&limit=100",
      undefined,
      answer(200, { callbacks: acceptedAt.map((at) => ({ id: 7, acceptedByAgentId: 3, acceptedAt: at })) }),
    );
  const queue = (...entries: object[]) => order("GET /queue?limit=500", undefined, answer(200, { entries }));
  const its = { callbackId: 7, assignedToAgentId: 3 };
  expect(await findings(checkAccepted, [list("09:00"), queue(its), list("09:00")])).toEqual([]);
  expect(await findings(checkAccepted, [list("09:00"), queue(), list()])).toEqual([]);
  expect(await findings(checkAccepted, [list("09:00"), queue(), list("09:01")])).toEqual([]);
  for (const other of [[], [{ ...its, assignedToAgentId: 4 }]])
    expect(await findings(checkAccepted, [list("09:00"), queue(...other), list("09:00")])).toEqual([
      expect.stringMatching(/in no queue/),
    ]);
});

test("the checker finds an outcome that is not on its call, and a user in two calls", async () => {
  const call = { id: "4", user_id: "5001", phone: "+1", agent_id: 3, last_outcome_type: "answered" };
  const times = { started_at: new Date(1_000), ended_at: new Date(5_000) };
  const ended = order("POST /calls/4/outcome", { outcomeType: "answered" }, answer(200, { callback: null }));
  expect(await findings(checkCalls, [ended], { call_sessions: [{ ...call, ...times }] })).toEqual([]);
  const open = { ...call, ...times, ended_at: null, last_outcome_type: null };
  expect(await findings(checkCalls, [ended], { call_sessions: [open] })).toEqual([expect.stringMatching(/no outcome/)]);
  const other = { ...call, id: "5", agent_id: 2, last_outcome_type: null, started_at: new Date(4_000), ended_at: null };
  expect(await findings(checkCalls, [ended], { call_sessions: [{ ...call, ...times }, other] })).toEqual([
    "User 5001 was in calls 4 and 5 at once.",
    "Number +1 was in calls 4 and 5 at once.",
  ]);
});

test("the checker finds events that do not replay to the callback, have a gap, or lead where none may", async () => {
  const at = new Date(0);
  const created = { callback_id: 7, seq: 1, at, type: "created", from_status: null, to_status: "pending" };
  const first = { ...created, changes: { status: "pending", attempts: 0 } };
  const accepted = { callback_id: 7, seq: 2, at, type: "accepted", from_status: "pending", to_status: "accepted" };
  const second = { ...accepted, changes: { status: "accepted" } };
  const of = (events: Row[], state: Row, seq = events.length) =>
    findings(checkEvents, [], { callbacks: [{ id: 7, event_seq: seq, state }], callback_events: events });
  expect(await of([first, second], { status: "accepted", attempts: 0 })).toEqual([]);
  expect(await of([first, second], { status: "accepted", attempts: 1 })).toEqual([expect.stringContaining("replay")]);
  expect(await of([first], { status: "pending", attempts: 0 }, 2)).toEqual([expect.stringContaining("counts 2")]);
  const ended = { ...second, type: "snoozed" };
  expect(await of([first, ended], { status: "accepted", attempts: 0 })).toEqual([expect.stringContaining("snoozed")]);
});

test("the checker finds a result that was lost, and one that was applied twice", async () => {
  const registered = order("POST /cursor-tasks", { taskId: "t" }, answer(201, {}));
  const hook = (output: string, received: string) =>
    order("POST /webhooks/cursor-task", { requestId: "t", output }, answer(200, { received }));
  const ended = { task_id: "t", state: "completed", result: "first", error: null, events: ["completed"] };
  const of = (orders: Order[], task: Row) => findings(checkTasks, [registered, ...orders], { cursor_tasks: [task] });
  expect(await of([hook("first", "applied"), hook("second", "known")], ended)).toEqual([]);
  expect(await of([hook("first", "parked")], { ...ended, state: "pending", result: null, events: [] })).toEqual([
    "Task t was ended and is pending.",
  ]);
  expect(await of([hook("first", "applied"), hook("second", "applied")], ended)).toEqual(["Task t took two results."]);
  expect(await of([hook("second", "applied")], ended)).toEqual([expect.stringContaining("not the one it took")]);
});
