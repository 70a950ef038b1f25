import { expect, test } from "vitest";
import { QUARTER_MS, quartersOf } from "./series.ts";

const HOUR_MS = 4 * QUARTER_MS;
const now = Date.parse("2026-03-02T12:05:00Z");
/** From and to when is drawn, in hours from the quarter hour of now. */
const drawn = (...hours: number[]) => {
  const quarters = quartersOf(
    hours.map((hour) => ({ at: new Date(now - 5 * 60_000 + hour * HOUR_MS).toISOString() })),
    now,
  );
  return [quarters[0]!, quarters.at(-1)!].map((at) => (at - now + 5 * 60_000) / HOUR_MS);
};

test.each([
  ["nothing at all", [], [-2, 0]],
  ["a chart that began a moment ago is not one giant bar", [-0.25], [-2, -0.25]],
  ["a whole morning", [-4, 0], [-4, 0]],
  ["a promise of tonight leaves the day its room", [-4, 9], [-4, 3]],
])("a chart of %s shows two hours before now at least, and three after it at most", (_, rows, span) => {
  expect(drawn(...rows)).toEqual(span);
});
