import { expect, test } from "vitest";
import type { Pair, Reason } from "#client/runs";
import { conversationName, faultText } from "../_ui/words.ts";
import { itemText, shownState } from "./item-state.ts";
import {
  differenceText,
  pairText,
  progressText,
  reasonText,
  runningUnder,
  sizeText,
  statusText,
  verdict,
} from "./words.ts";

const pair = (a: string, b: string, difference: number, isTied: boolean): Pair => ({
  models: [a, b],
  scenarios: 8,
  difference,
  interval: [difference - 0.1, difference + 0.1],
  adjustedP: isTied ? 0.4 : 0.01,
  isTied,
  sentence: `${a} and ${b}`,
  scenariosNeeded: 31,
});

const same = (a: string, b: string): Pair => ({ ...pair(a, b, 0, true), interval: [0, 0] });

test.each([
  [[], /^There is nothing to compare/],
  [[pair("a", "b", 0.5, false)], /^a and b$/],
  [
    [pair("a", "b", 0.1, true), pair("a", "c", 0.1, true), pair("b", "c", 0, true)],
    /^The 3 models are tied over the same 8 scenarios: what differs between them may well be chance\.$/,
  ],
  [
    [same("a", "b"), same("a", "c"), same("b", "c")],
    /^The 3 models are tied over the same 8 .*: they score the same in each\.$/,
  ],
  [
    [pair("a", "b", 0.5, false), pair("a", "c", 0.5, false), pair("b", "c", 0, true)],
    /^a is better than every other model over the same 8/,
  ],
  [
    [pair("a", "b", -0.5, false), pair("a", "c", 0.1, true), pair("b", "c", 0.4, false)],
    /^b is better than every other/,
  ],
  [
    [pair("a", "b", 0.1, true), pair("a", "c", 0.5, false), pair("b", "c", 0.4, false)],
    /^a and b are better than c over the same 8 scenarios, and tied with each other\.$/,
  ],
  [
    [
      ...[pair("a", "b", 0.1, true), pair("a", "c", 0.1, true), pair("b", "c", 0.1, true)],
      ...[pair("a", "d", 0.5, false), pair("b", "d", 0.5, false), pair("c", "d", 0.1, true)],
    ],
    /^No model is better than every other over the same 8 scenarios: a, b and c are tied with each other, and d is worse than at least one\.$/,
  ],
  [
    [pair("a", "b", 0.5, false), pair("a", "c", 0.1, true), pair("b", "c", -0.5, false), pair("a", "d", 0.5, false)],
    /^No model is better than every other over the same 8 scenarios: a and c are tied with each other, and b and d are each worse than at least one\.$/,
  ],
  [
    [pair("a", "b", 0.5, false), pair("a", "c", 0.1, true), pair("b", "c", 0.5, false)],
    /^No model is better than every other over the same 8 scenarios: a is worse than none, and b and c are each worse than at least one\.$/,
  ],
  [
    [pair("a", "b", 0.5, false), pair("b", "c", 0.5, false), pair("a", "c", -0.5, false)],
    /^No model is better than every other over the same 8 scenarios: a, b and c are each worse than at least one\.$/,
  ],
] as const)("%# the verdict says which model is better, or that they are tied", (pairs, sentence) => {
  expect(verdict(pairs)).toMatch(sentence);
});

test("a pair is said in words: the better model and the difference, or the number of missing scenarios", () => {
  expect(pairText(pair("a", "b", -0.5, false))).toBe("b is better, by 0.40 to 0.60");
  expect(pairText({ ...pair("a", "b", 1, false), interval: [1, 1] })).toBe("a is better, by 1.00");
  expect(pairText(pair("a", "b", 0.05, true))).toBe("tied; 23 more scenarios would show a difference of 0.1");
});

test("what failed a conversation is said in words, and a conversation has a name among those of its scenario", () => {
  expect([faultText("invalid_output"), faultText("transient", "http_503")]).toEqual([
    "invalid output",
    "transient, HTTP 503",
  ]);
  const names = [1, 2].map((repetition) => conversationName("Late parcel", { modelId: "mock/warm", repetition }));
  expect(names).toEqual(["Late parcel, mock/warm", "Late parcel, mock/warm, repetition 2"]);
});

test("the size of a run is said in words, with one scenario in the singular", () => {
  expect(sizeText({ scenarioCount: 8, models: ["a", "b"], repetitions: 3 })).toBe("8 scenarios, 2 models, 3 times");
  expect(sizeText({ scenarioCount: 1, models: ["a"], repetitions: 1 })).toBe("1 scenario, a");
});

test("progress, the remaining time and a pause that waits are said in words", () => {
  const counts = { total: 600, completed: 368, failed: 4, cancelled: 0, throttled: 18, stillRunning: 3 };
  expect(statusText("PAUSED", 3)).toBe("pausing, 3 still running");
  expect(statusText("RUNNING", 3)).toBe("running");
  const left = (estimatedSecondsRemaining: number | null) => progressText({ ...counts, estimatedSecondsRemaining });
  expect([left(null), left(20), left(380)]).toEqual([
    "372 of 600, 4 failed, 18 throttled",
    "372 of 600, 4 failed, 18 throttled, less than a minute left",
    "372 of 600, 4 failed, 18 throttled, about 6 min left",
  ]);
});

test("a pause counts what still runs of its target: of the run, or of its model alone", () => {
  const byModel = [
    { modelId: "a", stillRunning: 3 },
    { modelId: "b", stillRunning: 0 },
  ];
  const under = (scope: "run" | "model" | "queue", target: string) =>
    runningUnder({ scope, target }, { stillRunning: 3, byModel });
  expect([under("run", "1"), under("queue", "*"), under("model", "a"), under("model", "b")]).toEqual([3, 3, 3, 0]);
});

test("a conversation that is under way is running, and does not wait", () => {
  const state = (...codes: Reason["code"][]) =>
    shownState({ state: "waiting", waitingBecause: codes.map((code) => ({ code }) as Reason) });
  expect([state("RUNNING"), state("RETRY_AT"), state()]).toEqual(["running", "waiting", "waiting"]);
  expect([itemText("running", "transient"), itemText("waiting", "expired")]).toEqual(["running", "waiting"]);
  expect(itemText("failed", "invalid_output")).toBe("failed, invalid output");
});

test("a reason is worded from its data, on the reader's clock, with any words of a person in it", () => {
  const nothing = { modelId: null, until: null, since: null, pausedBy: null, isHard: null, why: null } as const;
  const counts = { running: null, atOnce: null, ahead: null, queued: null, total: null } as const;
  const said = (facts: Pick<Reason, "code"> & Partial<Reason>) =>
    reasonText({ ...nothing, ...counts, ...facts }, Date.parse("2026-11-26T09:00:00Z"));
  const until = "2026-11-26T10:00:00.000Z";
  const paused = { code: "PAUSED_RUN", pausedBy: "service", until, why: `seen at ${until}` } as const;
  expect(said(paused)).toMatch(
    /^The run was paused by the API until \d\d:\d\d( [AP]M)?: seen at 2026-11-26T10:00:00\.000Z$/,
  );
  expect(said({ ...paused, why: "lunch", running: 2 })).toMatch(/: lunch\. Pausing: 2 still running\.$/);
  expect(said({ code: "RETRY_AT", until })).toMatch(/^It is tried again at \d\d:\d\d( [AP]M)?\.$/);
  expect([1, 2].map((ahead) => said({ code: "FAIR_SHARE", ahead }))).toEqual([
    "1 other run is served before it.",
    "2 other runs are served before it, each in its turn.",
  ]);
});

test("the difference of two runs is a figure with its sign, and its interval where that is wider", () => {
  expect(differenceText(0.12, [-0.03, 0.27])).toBe("+0.12, between −0.03 and +0.27");
  expect(differenceText(-0.5, [-0.5, -0.5])).toBe("−0.50");
  expect(differenceText(0, null)).toBe("0.00");
});
