import { expect, test } from "vitest";
import { minusDays } from "./rules.ts";

test("a day of the retention has 24 hours, also when clocks change", () => {
  expect(minusDays(new Date("2026-03-30T12:00:00Z"), 1).toISOString()).toBe("2026-03-29T12:00:00.000Z");
  expect(minusDays(new Date("2026-03-01T00:00:00Z"), 365).toISOString()).toBe("2025-03-01T00:00:00.000Z");
});
