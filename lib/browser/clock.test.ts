import { expect, onTestFinished, test, vi } from "vitest";

/** The clock of a page that is opened now, in a browser that has kept this. */
async function aPage(kept: Map<string, string>) {
  vi.stubGlobal("localStorage", {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  vi.resetModules();
  return import("./clock.ts");
}

test("the time is known with the first answer of the server, and on the next page at once", async () => {
  const kept = new Map<string, string>();
  const first = await aPage(kept);
  let isKnown = false;
  void first.serverTimeIsKnown.then(() => {
    isKnown = true;
  });
  await first.timed(Promise.reject(new Error("away"))).catch(() => undefined);
  expect(isKnown).toBe(false);
  await first.timed(Promise.resolve({ now: "2026-03-02T09:00:00Z" }));
  await first.serverTimeIsKnown;
  expect(isKnown).toBe(true);
  expect(Math.abs(first.serverNow() - Date.parse("2026-03-02T09:00:00Z"))).toBeLessThan(60_000);
  const next = await aPage(kept);
  await next.serverTimeIsKnown;
  expect(Math.abs(next.serverNow() - first.serverNow())).toBeLessThan(60_000);
});
