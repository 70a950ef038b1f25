import { expect, test } from "vitest";
import { canMakeCallback, canTellAgain, told } from "./words.ts";

const NOW = Date.parse("2026-03-02T09:00:00Z");
const standing = (state: "pending" | "delivered" | "undeliverable" | "expired" | "delivering", more = {}) => ({
  state,
  expiresAt: "2026-03-02T10:00:00Z",
  lateAt: null,
  callbackId: null,
  ...more,
});

test("what is delivered or undeliverable is told again until it expires or is a callback", () => {
  expect(canTellAgain(standing("delivered"), NOW)).toBe(true);
  expect(canTellAgain(standing("undeliverable"), NOW)).toBe(true);
  expect(canTellAgain(standing("delivering"), NOW)).toBe(false);
  expect(canTellAgain(standing("undeliverable", { callbackId: 1 }), NOW)).toBe(false);
  expect(canTellAgain(standing("delivered", { expiresAt: "2026-03-02T09:00:00Z" }), NOW)).toBe(false);
});

test("a result that nobody was told becomes a callback, once", () => {
  expect(canMakeCallback(standing("undeliverable"))).toBe(true);
  expect(canMakeCallback(standing("delivering"))).toBe(true);
  expect(canMakeCallback(standing("expired", { lateAt: "2026-03-02T11:00:00Z" }))).toBe(true);
  expect(canMakeCallback(standing("expired"))).toBe(false);
  expect(canMakeCallback(standing("pending"))).toBe(false);
  expect(canMakeCallback(standing("undeliverable", { callbackId: 1 }))).toBe(false);
});

test("a sentence names the kind of person who did it, not the number of the account", () => {
  const stored = "It is told again (supervisor f39c1b1b-eece-4c8a-b770-7c2446321fde).";
  expect(told(stored, "2026-03-02T09:00:00Z")).toBe("It is told again (supervisor).");
  expect(told("supervisor f39c1b1b-eece-4c8a-b770-7c2446321fde", "2026-03-02T09:00:00Z")).toBe("supervisor");
});
