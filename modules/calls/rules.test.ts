import { expect, test } from "vitest";
import { endsContact, isOpenCall, isReached, mayPromise, reportsBefore, retryOf } from "./rules.ts";
import { OUTCOME_TYPES } from "./schema.ts";

test.each([
  ["initiated", true],
  ["ringing", true],
  ["in_progress", true],
  ["completed", false],
  ["missed", false],
  ["failed", false],
  ["abandoned", false],
])("a call that is %s is open: %s", (status, isOpen) => {
  expect(isOpenCall(status)).toBe(isOpen);
});

test.each([
  ["initiated", []],
  ["ringing", ["initiated"]],
  ["in_progress", ["initiated", "ringing"]],
  ["completed", ["initiated", "ringing", "in_progress"]],
  ["missed", ["initiated", "ringing", "in_progress"]],
] as const)("a report of %s brings a call forward only from %j", (status, before) => {
  expect(reportsBefore(status)).toEqual(before);
});

test("an outcome without an answer reaches nobody, and every other one does", () => {
  expect(OUTCOME_TYPES.filter((type) => !isReached(type))).toEqual(["no_answer", "busy", "voicemail"]);
});

test("a wrong number and a wish not to be called end the contact", () => {
  expect(OUTCOME_TYPES.filter(endsContact)).toEqual(["wrong_number", "do_not_call"]);
});

test("a promise comes only out of a conversation that does not end the contact", () => {
  expect(OUTCOME_TYPES.filter((type) => mayPromise(type) && (!isReached(type) || endsContact(type)))).toEqual([]);
  expect(mayPromise("call_back")).toBe(true);
  expect(mayPromise("voicemail")).toBe(false);
  expect(mayPromise("do_not_call")).toBe(false);
});

test.each([
  ["by day, after the pause", "2026-03-02T10:00:00Z", "UTC", "2026-03-02T10:30:00.000Z"],
  ["late in the evening, the next morning", "2026-03-02T20:45:00Z", "UTC", "2026-03-03T08:00:00.000Z"],
  ["in the zone of the user", "2026-03-02T10:00:00Z", "America/New_York", "2026-03-02T13:00:00.000Z"],
])("an unanswered call is tried again %s", (_when, now, zone, at) => {
  const policy = { decentHoursFrom: 8, decentHoursTo: 21, askedToleranceMinutes: 30, calendar: null };
  expect(retryOf(new Date(now), { ...policy, callbackRetryMinutes: 30 }, zone).at.toISOString()).toBe(at);
});
