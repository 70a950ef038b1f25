import { expect, test } from "vitest";
import { standingOf } from "./state.tsx";

test("a promise is called due only when its time has come, as in the figures", () => {
  const scheduledFor = "2026-03-02T09:00:00Z";
  const wordsAt = (seconds: number) => {
    const promise = {
      status: "pending",
      scheduledFor,
      quarantinedAt: null,
      waitsUntil: null,
      isInCall: false,
    } as const;
    return standingOf(promise, Date.parse(scheduledFor) + seconds * 1_000)[1];
  };
  expect([-601, -120, -59, -1].map(wordsAt)).toEqual(["in 10 min", "due in 2 min", "due in 1 min", "due in 1 min"]);
  expect([0, 59, 60, 300, 301].map(wordsAt)).toEqual(["due now", "due now", "due 1 min", "due 5 min", "late 5 min"]);
});
