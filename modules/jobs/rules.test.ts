import { expect, test } from "vitest";
import { retryAfterSeconds } from "#lib/outbound/retry-after";
import { answerMs, MOCK_MODELS } from "./mock-models.ts";
import { classOf, deadLetterOf, ERROR_CLASSES, isRetried, QUEUES, queueOptions, timesFault } from "./rules.ts";

test.each([
  ["no answer at all", undefined, undefined, "transient"],
  ["too many requests", 429, undefined, "throttled"],
  ["too many requests, with a code nobody knows", 429, "rate_limit", "throttled"],
  ["too many requests because the money is spent", 429, "insufficient_quota", "exhausted"],
  ["payment required", 402, undefined, "exhausted"],
  ["a timeout of the request", 408, undefined, "transient"],
  ["too early", 425, undefined, "transient"],
  ["a server's fault", 503, undefined, "transient"],
  ["a bad request", 400, undefined, "permanent"],
  ["a wrong key", 401, undefined, "permanent"],
  ["a redirect", 302, undefined, "transient"],
] as const)("the class of %s", (_what, status, code, errorClass) => {
  expect(classOf(status, code)).toBe(errorClass);
});

test("only an error that another attempt may heal is retried", () => {
  expect(ERROR_CLASSES.filter(isRetried)).toEqual(["transient", "invalid_output", "expired"]);
});

test.each([
  ["seconds", "7", 7],
  ["seconds with spaces", " 7 ", 7],
  ["more than an hour", "7200", 3_600],
  ["a date that is to come", "Mon, 02 Mar 2026 10:00:30 GMT", 30],
  ["a date that has passed", "Mon, 02 Mar 2026 09:00:00 GMT", 0],
  ["words", "soon", undefined],
  ["a negative number", "-5", undefined],
  ["nothing", "", undefined],
  ["no header", null, undefined],
] as const)("a Retry-After of %s", (_what, header, seconds) => {
  expect(retryAfterSeconds(header, new Date("2026-03-02T10:00:00Z"))).toBe(seconds);
});

test("no attempt expires while what it waits for may still answer", () => {
  expect(timesFault()).toBeNull();
});

test("every queue has a dead-letter queue that is made before it and is not retried", () => {
  const options = queueOptions(3_600);
  const places = new Map(options.map(({ name }, place) => [name, place]));
  for (const name of Object.keys(QUEUES)) {
    const dead = places.get(deadLetterOf(name));
    expect(dead).toBeLessThan(places.get(name) ?? -1);
    expect(options[dead ?? -1]?.options.retryLimit).toBe(0);
  }
});

test.each(["lifelike", "quick"] as const)(
  "at the %s pace mock/slow is slower than every other built-in model",
  (pace) => {
    const timesOf = (modelId: string) => Array.from({ length: 2_000 }, (_, chance) => answerMs(modelId, chance, pace));
    const quickest = Math.min(...timesOf("mock/slow"));
    for (const modelId of Object.keys(MOCK_MODELS))
      if (modelId !== "mock/slow") expect(Math.max(...timesOf(modelId)), modelId).toBeLessThan(quickest);
  },
);
