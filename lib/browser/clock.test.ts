import { expect, test } from "vitest";
import { serverNow, timed } from "./clock.ts";

test("an answer without an instant, as a portal gives it, leaves the clock as it was", async () => {
  const hourAhead = Date.now() + 3_600_000;
  await timed(Promise.resolve({ now: new Date(hourAhead).toISOString() }));
  for (const answer of [{}, { now: "soon" }, { now: null }]) await timed(Promise.resolve(answer as { now: string }));
  expect(serverNow()).toBeGreaterThanOrEqual(hourAhead);
});
