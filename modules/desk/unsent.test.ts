import { expect, test } from "vitest";
import { CODES } from "#lib/errors";
import type { Task } from "#modules/durable-queue";
import { ANSWERS, outcomeOf } from "./answers.ts";
import { project, type Unsent, unsentOf } from "./unsent.ts";

const NOON = Date.parse("2026-03-02T12:00:00Z");
const ROW = { id: 7, status: "pending" as const, userName: "Maya" };

const aTask = (task: Partial<Task> = {}): Task => ({
  seq: 1,
  id: "a",
  type: "snooze",
  version: 1,
  payload: {
    request: "POST /callbacks/snooze",
    body: {},
    title: "Snooze Maya for 5 min",
    callbackId: 7,
    callSessionId: null,
    words: null,
  },
  lane: "send",
  priority: 50,
  userId: "ann",
  groupKey: "callback 7",
  dependsOn: [],
  executeAt: null,
  validUntil: null,
  maxAttempts: 5,
  status: "pending",
  attempts: 0,
  spent: 0,
  failures: 0,
  owner: null,
  createdAt: NOON,
  claimedAt: null,
  settledAt: null,
  retryAt: null,
  retryMs: 0,
  reason: null,
  output: null,
  ...task,
});
const waiting = (task: Partial<Task> = {}): Unsent[] => unsentOf([aTask(task)], NOON + 2_000);

test.each([
  ["offline", "unreachable"],
  ["unreadable", "unreachable"],
  ["key_in_use", "later"],
  ["unauthenticated", "held"],
  ["another_person", "held"],
  ["forbidden", "parked"],
  ["already_accepted", "refused"],
  ["snooze_limit", "refused"],
  ["a code of a newer server", "refused"],
])("an answer %s is %s", (code, kind) => {
  const reason = { code, sentence: "Why." };
  expect(outcomeOf(reason)).toEqual({ kind, reason });
});

test("every code in the table of answers is one that the API or the browser says", () => {
  const known = [...Object.keys(CODES), "offline", "unreadable"];
  expect(Object.keys(ANSWERS).filter((code) => !known.includes(code))).toEqual([]);
});

test("a row that nothing waits for is the very row", () => {
  expect(project(ROW, [])).toBe(ROW);
  expect(project({ ...ROW, id: 8 }, waiting())).not.toHaveProperty("mark");
});

test("what takes less than two seconds is not marked, so nothing flickers; what has failed once is", () => {
  expect(project(ROW, unsentOf([aTask()], NOON + 1_999))).toBe(ROW);
  expect(project(ROW, unsentOf([aTask({ failures: 1 })], NOON))).toMatchObject({ mark: "snooze waits to be sent" });
});

test("what waits is marked, and an accept that waits is asked for and not accepted", () => {
  expect(project(ROW, waiting())).toMatchObject({ mark: "snooze waits to be sent" });
  expect(project({ ...ROW, status: "accepted" }, waiting({ type: "accept" }))).toMatchObject({
    status: "pending",
    mark: "asked for, not confirmed",
  });
});

test("what was refused leaves the row as the server knows it, and is shown with its reason and its words", () => {
  const reason = { code: "already_accepted", sentence: "Ben has accepted it." };
  const unsent = waiting({ status: "failed", reason });
  expect(unsent).toMatchObject([{ state: "stopped", why: "Ben has accepted it.", isShown: true }]);
  expect(project(ROW, unsent)).toEqual({ ...ROW, mark: "not done, see above" });
});

test("what is done, and work that sends nothing, is not unsent; what cannot be read is shown with its type", () => {
  expect(waiting({ status: "completed" })).toEqual([]);
  expect(waiting({ lane: "memory" })).toEqual([]);
  expect(waiting({ payload: "broken" })).toMatchObject([{ title: "snooze", callbackId: null }]);
});
