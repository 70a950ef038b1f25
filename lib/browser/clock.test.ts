import { afterEach, expect, test, vi } from "vitest";
import { serverNow, serverTimeOf, timed } from "./clock.ts";

const HOUR = 3_600_000;
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("an answer without an instant, as a portal gives it, leaves the clock as it was", async () => {
  const hourAhead = Date.now() + 3_600_000;
  await timed(Promise.resolve({ now: new Date(hourAhead).toISOString() }));
  for (const answer of [{}, { now: "soon" }, { now: null }]) await timed(Promise.resolve(answer as { now: string }));
  expect(serverNow()).toBeGreaterThanOrEqual(hourAhead);
});

test("a sleep of the machine counts, although the clock that never jumps stood still, and is no offset of its clock", async () => {
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => kept.set(name, value),
  });
  await timed(Promise.resolve({ now: new Date().toISOString() }));
  const before = serverNow();
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(Date.now() + 9 * HOUR);
  expect(serverNow() - before).toBeGreaterThanOrEqual(9 * HOUR - 1_000);
  expect(Math.abs(serverTimeOf(Date.now()) - Date.now())).toBeLessThan(5_000);
  await timed(Promise.resolve({ now: new Date().toISOString() }));
  expect(Math.abs(Number(kept.get("ringback clock")))).toBeLessThan(5_000);
});

test("a machine's clock that is corrected by less than a minute, or set back, moves the server's clock not at all", async () => {
  await timed(Promise.resolve({ now: new Date().toISOString() }));
  const before = serverNow();
  vi.useFakeTimers({ toFake: ["Date"] });
  for (const byMs of [50_000, -HOUR]) {
    vi.setSystemTime(Date.now() + byMs);
    expect(serverNow() - before).toBeLessThan(5_000);
  }
});
