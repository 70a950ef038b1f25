import { expect, test } from "vitest";
import { ATTEMPT_MS, backoffMs, DEAD_STATES, LEASE_MS, MESSAGE_STATES, stateSaid } from "./rules.ts";

test.each([
  [1, 200],
  [2, 400],
  [5, 3_200],
  [6, 5_000],
  [7, 60_000],
  [8, 120_000],
  [12, 1_920_000],
  [13, 3_600_000],
  [1_000_000, 3_600_000],
])("after attempt %d the next one waits for at most %d ms", (attempts, ms) => {
  expect(backoffMs(attempts)).toBe(ms);
});

test.each([
  ["delivered", "delivered"],
  ["read", "delivered"],
  ["undelivered", "failed"],
  ["failed", "failed"],
  ["canceled", "failed"],
  ["queued", "sent"],
  ["a word of next year", "sent"],
])("a message that its provider calls %s is %s", (status, state) => {
  expect(stateSaid(status)).toBe(state);
});

test("an attempt to send ends before another worker may claim its message", () => {
  expect(ATTEMPT_MS).toBeLessThan(LEASE_MS.send);
});

test("every state that can be redriven is a state of a message", () => {
  expect(MESSAGE_STATES).toEqual(expect.arrayContaining([...DEAD_STATES]));
});
