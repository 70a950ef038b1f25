import { expect, test } from "vitest";
import { attemptsText, canMakeCallback, canRedeliver, kindOf } from "./words.ts";

const NOW = Date.parse("2026-03-02T09:00:00Z");
const standing = (state: "pending" | "delivered" | "undeliverable" | "expired" | "delivering", more = {}) => ({
  state,
  expiresAt: "2026-03-02T10:00:00Z",
  lateAt: null,
  callbackId: null,
  ...more,
});

test("a delivered or undeliverable result can be redelivered until it expires or is a callback", () => {
  expect(canRedeliver(standing("delivered"), NOW)).toBe(true);
  expect(canRedeliver(standing("undeliverable"), NOW)).toBe(true);
  expect(canRedeliver(standing("delivering"), NOW)).toBe(false);
  expect(canRedeliver(standing("undeliverable", { callbackId: 1 }), NOW)).toBe(false);
  expect(canRedeliver(standing("delivered", { expiresAt: "2026-03-02T09:00:00Z" }), NOW)).toBe(false);
});

test("a result that was not delivered becomes a callback, once", () => {
  expect(canMakeCallback(standing("undeliverable"))).toBe(true);
  expect(canMakeCallback(standing("delivering"))).toBe(true);
  expect(canMakeCallback(standing("expired", { lateAt: "2026-03-02T11:00:00Z" }))).toBe(true);
  expect(canMakeCallback(standing("expired"))).toBe(false);
  expect(canMakeCallback(standing("pending"))).toBe(false);
  expect(canMakeCallback(standing("undeliverable", { callbackId: 1 }))).toBe(false);
});

test("an undeliverable result that was never sent waits for no attempt", () => {
  expect(attemptsText({ attempts: 0, state: "undeliverable" })).toBe("no attempt");
  expect(attemptsText({ attempts: 0, state: "completed" })).toBe("no attempt yet");
  expect(attemptsText({ attempts: 1, state: "undeliverable" })).toBe("1 attempt");
});

test("an event names the kind of person who did it, not the number of the account", () => {
  expect(kindOf("supervisor f39c1b1b-eece-4c8a-b770-7c2446321fde")).toBe("supervisor");
  expect(kindOf("runner")).toBe("runner");
});
