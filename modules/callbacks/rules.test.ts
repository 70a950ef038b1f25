import { expect, test } from "vitest";
import { laterOf, LEAD_MINUTES, minusSeconds, plusMinutes, CATCH_UP_AFTER_SECONDS, TRANSITIONS } from "./rules.ts";

const NOON = new Date("2026-03-02T12:00:00Z");
const FINAL: readonly string[] = ["completed", "cancelled", "failed"];

test("a final state changes only when its outcome is undone, and only an erasure changes its row", () => {
  const touching = Object.entries(TRANSITIONS).filter(([, { from }]) => from.some((state) => FINAL.includes(state)));
  expect(touching.map(([type]) => type)).toEqual(["outcome_undone", "erased"]);
  expect(TRANSITIONS.erased.to.every((state) => FINAL.includes(state))).toBe(true);
});

test("every state but the first is reached from an open one", () => {
  const reached = new Set(
    Object.values(TRANSITIONS).flatMap(({ from, to }): readonly string[] => (from.length > 0 ? to : [])),
  );
  expect([...reached].sort()).toEqual(["accepted", "cancelled", "completed", "failed", "pending"]);
});

test("only accepting makes a callback accepted; a move to another agent, a call, and an outcome that is taken back leave it so", () => {
  const accepting = Object.entries(TRANSITIONS).filter(([, { to }]) => (to as readonly string[]).includes("accepted"));
  expect(accepting.map(([type]) => type)).toEqual(["accepted", "reassigned", "call_started", "outcome_undone"]);
});

test("a tick that one poll starts late still comes before the callback's time", () => {
  expect(CATCH_UP_AFTER_SECONDS).toBeLessThan(LEAD_MINUTES * 60);
});

test("times move by whole units", () => {
  expect(plusMinutes(NOON, 90).toISOString()).toBe("2026-03-02T13:30:00.000Z");
  expect(plusMinutes(NOON, -1).toISOString()).toBe("2026-03-02T11:59:00.000Z");
  expect(minusSeconds(NOON, 1).toISOString()).toBe("2026-03-02T11:59:59.000Z");
  expect(laterOf(NOON, plusMinutes(NOON, 1))).toEqual(plusMinutes(NOON, 1));
  expect(laterOf(plusMinutes(NOON, 1), NOON)).toEqual(plusMinutes(NOON, 1));
});
