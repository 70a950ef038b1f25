import { expect, test } from "vitest";
import type { PendingCallback } from "#client/desk";
import { partsOf, rowsOf } from "./rows.ts";
import { toReader } from "./to-reader.ts";

const NOW = Date.parse("2026-03-02T09:00:00Z") / 1_000;
const promise = (userId: string, inSeconds: number, given: Partial<PendingCallback> = {}) =>
  ({
    id: NOW + inSeconds,
    userId,
    userName: userId,
    scheduledFor: new Date((NOW + inSeconds) * 1_000).toISOString(),
    status: "pending",
    waitsUntil: null,
    withAgent: null,
    ...given,
  }) as PendingCallback;
const names = (rows: { userId: string }[]) => rows.map(({ userId }) => userId);

test("a person with several promises is one row, in the place of the most urgent, with the accepted one first", () => {
  const rows = rowsOf([promise("Ann", -60), promise("Ben", 0), promise("Ann", 60, { status: "accepted" })]);
  expect(names(rows)).toEqual(["Ann", "Ben"]);
  expect(rows[0]!.callbacks.map(({ status }) => status)).toEqual(["accepted", "pending"]);
});

test("a promise is due for five minutes and late after them, unless it waits for the morning or a colleague has it", () => {
  const parts = partsOf(
    rowsOf([
      promise("late", -301),
      promise("due", -300),
      promise("soon", 500),
      promise("night", -4_000, { waitsUntil: "2026-03-03T08:00:00Z" }),
      promise("elsewhere", -400, { withAgent: "Maya Lindqvist" }),
    ]),
    NOW,
  );
  expect(names(parts.late)).toEqual(["late"]);
  expect(names(parts.next)).toEqual(["due", "soon", "night"]);
  expect(names(parts.elsewhere)).toEqual(["elsewhere"]);
});

test.each([
  ["Ann Able was asked for and is available.", "You were asked for and are available."],
  ["Ann Able is available with no other entries.", "You are available with no other entries."],
  ["Ann Able accepted it.", "You accepted it."],
  ["Accepted by Ann Able.", "Accepted by you."],
  [
    "Ben Able has been away since 09:05 UTC; Ann Able is available.",
    "Ben Able has been away since 09:05 UTC; you are available.",
  ],
  ["No agent is free: first in line.", "No agent is free: first in line."],
])("%s is said to Ann as: %s", (sentence, said) => {
  expect(toReader(sentence, "Ann Able")).toBe(said);
});
