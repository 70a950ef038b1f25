import { expect, test } from "vitest";
import type { PendingCallback, Unsent } from "#client/desk";
import { otherCallSentence } from "./other-call.ts";
import { dayWith, dueOf, partsOf, rowsOf, upcomingOf } from "./rows.ts";

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

test("a promise is due for five minutes and late after them, unless it waits for decent hours or a colleague has it", () => {
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
  expect(names(parts.next)).toEqual(["due", "soon"]);
  expect(names(parts.waiting)).toEqual(["night"]);
  expect(names(parts.elsewhere)).toEqual(["elsewhere"]);
});

test("a promise that was snoozed and is not sent yet is neither listed at its old time in the day nor counted as to call", () => {
  const coming = ["Ann", "Ben"].map((userName, id) => ({ id, userName, scheduledFor: "2026-03-02T09:40:00.000Z" }));
  const snooze = (callbackId: number, state: string) => ({ type: "snooze", callbackId, state, body: {} }) as Unsent;
  // Callback 2 is in the list of the desk, but not among the first that the day names.
  const day = { timeZone: "UTC", kept: 0, onTime: 0, snoozed: 0, toCome: 3, coming };
  const seen = (...unsent: Unsent[]) => {
    const { toCome, coming: listed } = dayWith(day, [{ id: 0 }, { id: 2 }], unsent);
    return [toCome, ...listed.map(({ userName }) => userName)];
  };
  expect(seen()).toEqual([3, "Ann", "Ben"]);
  expect(seen(snooze(0, "waits"))).toEqual([2, "Ben"]);
  expect(seen(snooze(2, "sending"))).toEqual([2, "Ann", "Ben"]);
  expect(seen(snooze(0, "waits"), snooze(2, "sending"))).toEqual([1, "Ben"]);
  // The server refused it, so it is still due then.
  expect(seen(snooze(0, "stopped"))).toEqual([3, "Ann", "Ben"]);
});

test("the time of a promise that waits for decent hours counts down to them", () => {
  const [row] = rowsOf([promise("night", -4_000, { waitsUntil: "2026-03-02T11:00:00Z" })]);
  expect(dueOf(row!) - NOW).toBe(7_200);
});

test("the promise that can be kept first comes up next, before one that waits for decent hours", () => {
  const night = promise("night", -4_000, { waitsUntil: "2026-03-02T11:00:00Z" });
  expect(upcomingOf([night, promise("soon", 60), promise("later", 500)])?.userId).toBe("soon");
  expect(upcomingOf([night, promise("tomorrow", 90_000)])?.userId).toBe("night");
  expect(upcomingOf([])).toBeUndefined();
});

test("a colleague is named as the reason only when nothing came instead of a call that was for anybody", () => {
  const shown = { name: "Uma User", userId: "1", isMine: false };
  const other = { userId: "2", callbackId: 7, user: { firstName: "Ben", lastName: "Better" } };
  expect(otherCallSentence(shown, { ...other, userId: "1" })).toBeNull();
  expect(otherCallSentence(shown, null)).toContain("Uma User was just taken by a colleague.");
  expect(otherCallSentence({ ...shown, isMine: true }, null)).toContain("Uma User is no longer your next call.");
  expect(otherCallSentence(shown, other)).toBe(
    "The next call changed: a promise to Ben Better goes first, not Uma User.",
  );
  expect(otherCallSentence(shown, { ...other, callbackId: null })).toContain("it is Ben Better now");
});
