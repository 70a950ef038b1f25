import { expect, test } from "vitest";
import { countByHour, hourOf, hoursShown, weekOf } from "./week.ts";

/** A Thursday. */
const NOW = new Date(2026, 2, 5, 14, 20).getTime();

test("a week is Monday to Sunday without a gap, and knows today", () => {
  for (const ahead of [-60, -1, 0, 1, 60]) {
    const days = weekOf(NOW, ahead);
    expect(days.map(({ start }) => start.getDay())).toEqual([1, 2, 3, 4, 5, 6, 0]);
    expect(days.slice(1).map(({ start }) => start)).toEqual(days.slice(0, -1).map(({ end }) => end));
  }
  expect(weekOf(NOW, 0).map(({ isToday }) => isToday)).toEqual([false, false, false, true, false, false, false]);
  expect(weekOf(NOW, 1).some(({ isToday }) => isToday)).toBe(false);
});

test("quarters of an hour add up to the hour they are in", () => {
  const quarter = (hours: number, minutes: number, callbacks: number, late = 0) => ({
    at: new Date(2026, 2, 5, hours, minutes).toISOString(),
    callbacks,
    late,
  });
  const counts = countByHour([quarter(9, 0, 2, 1), quarter(9, 45, 3), quarter(21, 15, 1)]);
  const [, , , thursday] = weekOf(NOW, 0);
  expect(counts.get(hourOf(thursday!, 9).from.getTime())).toEqual({ callbacks: 5, late: 1 });
  expect(hoursShown(counts)).toEqual(Array.from({ length: 14 }, (_, n) => 8 + n));
  expect(hoursShown(new Map())).toEqual([8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]);
});
