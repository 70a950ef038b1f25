import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { pause } from "#lib/time/clock";

test("a pause leaves nothing behind on a signal that outlives it, and ends when the signal aborts", async () => {
  const worker = new AbortController();
  await pause(0, worker.signal);
  expect(getEventListeners(worker.signal, "abort")).toEqual([]);
  const interrupted = pause(60_000, worker.signal);
  worker.abort(new Error("the worker ends"));
  await expect(interrupted).rejects.toThrow("the worker ends");
});
