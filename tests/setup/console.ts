/** A test that writes to the console unexpectedly fails: noise hides real faults. */
import { format } from "node:util";
import { expect, vi } from "vitest";
import { afterEveryTest, beforeEveryTest } from "./hooks.ts";

let expected: RegExp[] = [];
let unexpected: string[] = [];

/** Permits this test a matching line on `console.error` or `console.warn`. */
export function expectConsole(line: RegExp): void {
  expected.push(line);
}

beforeEveryTest(() => {
  expected = [];
  unexpected = [];
  for (const level of ["error", "warn"] as const) {
    vi.spyOn(console, level).mockImplementation((...said: unknown[]) => {
      const line = format(...said);
      if (!expected.some((pattern) => pattern.test(line))) unexpected.push(`console.${level}: ${line}`);
    });
  }
});

afterEveryTest(() => {
  vi.restoreAllMocks();
  expect(unexpected, "Unexpected words on the console").toEqual([]);
});
