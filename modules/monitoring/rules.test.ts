import { expect, test } from "vitest";
import { alertsOf, conversionRate, healthScore, onTimeRate, rate } from "./rules.ts";
import type { Figures } from "./sql/figures.ts";

/** A day on which all is well. */
const WELL: Figures = {
  now: new Date("2026-03-02T10:00:00Z"),
  from: new Date("2026-03-01T10:00:00Z"),
  totalInboundCalls: 10,
  inboundWithOutcomes: 10,
  inboundWithCallbacksScheduled: 4,
  matchedCallbacks: 4,
  problematic: [],
  totalCallbacksCreated: 4,
  dueInPeriod: 4,
  keptOnTime: 4,
  stillInTime: 0,
  waitForMorning: 0,
  everAssigned: 4,
  withOwner: 0,
  ownerHits: 0,
  timeToQueueP99Seconds: 1,
  snoozeDebtMinutes: 0,
  overdue: [],
  overdueNow: 0,
  oldestOverdueMinutes: null,
  overdueWithoutEntry: [],
  quarantined: [],
  duplicatesStopped: 0,
  lastTickAt: new Date("2026-03-02T09:59:30Z"),
  tickAgeSeconds: 30,
  runs: 100,
  longestGapSeconds: 60,
  openLedgers: [],
  p95DurationMs: 40,
};

test.each([
  [0, 0, 100],
  [1, 3, 33.3],
  [2, 3, 66.7],
  [5, 4, 100],
  [0, 4, 0],
])("%i of %i are %d percent", (part, whole, percent) => {
  expect(rate(part, whole)).toBe(percent);
});

test("a promise that may still be kept in time counts neither as kept nor as broken", () => {
  expect(onTimeRate({ ...WELL, dueInPeriod: 5, keptOnTime: 3, stillInTime: 1 })).toBe(75);
  expect(onTimeRate({ ...WELL, dueInPeriod: 1, keptOnTime: 0, stillInTime: 1 })).toBe(100);
});

test("the conversion is the share of follow-ups scheduled in calls that exist as callbacks", () => {
  expect(conversionRate({ ...WELL, matchedCallbacks: 1 })).toBe(25);
});

test.each<[string, Partial<Figures>, number]>([
  ["all is well", {}, 100],
  ["nothing has happened", { totalInboundCalls: 0, inboundWithOutcomes: 0 }, 100],
  ["a call has no outcome", { inboundWithOutcomes: 9 }, 90],
  ["the last tick is exactly two minutes old", { tickAgeSeconds: 120 }, 100],
  ["the last tick is older than two minutes", { tickAgeSeconds: 121 }, 50],
  ["no tick has run, and nothing is overdue", { tickAgeSeconds: null }, 100],
  ["no tick has run, and a callback is overdue", { tickAgeSeconds: null, overdueNow: 1 }, 50],
  ["a ledger does not close", { openLedgers: ["1"] }, 50],
  ["an overdue callback has no entry", { overdueWithoutEntry: ["1"] }, 79],
  ["both a ledger and an entry are missing", { openLedgers: ["1"], overdueWithoutEntry: ["1"] }, 50],
  ["fewer outcomes than the cap allows", { inboundWithOutcomes: 2, openLedgers: ["1"] }, 20],
])("when %s, the health is as documented", (_what, figures, score) => {
  const health = healthScore({ ...WELL, ...figures });
  expect(health.score).toBe(score);
  expect(health.reasons.length > 0).toBe(score < 100);
});

test.each<[string, Partial<Figures>, string[]]>([
  ["all is well", {}, []],
  ["a call ended without an outcome", { problematic: ["3"] }, ["error 3"]],
  ["a callback is set aside", { quarantined: ["4"] }, ["warning 4"]],
  ["a ledger does not close", { openLedgers: ["5"] }, ["warning ", "error 5"]],
  ["an overdue callback has no entry", { overdueWithoutEntry: ["6"] }, ["warning ", "error 6"]],
  ["ticks are missing", { tickAgeSeconds: 300 }, ["warning ", "error "]],
  ["half of the scheduled callbacks exist", { matchedCallbacks: 2 }, []],
  ["fewer than half exist", { matchedCallbacks: 1 }, ["warning "]],
])("when %s, the alerts name the rows behind it", (_what, figures, alerts) => {
  expect(alertsOf({ ...WELL, ...figures }).map(({ level, ids }) => `${level} ${ids}`)).toEqual(alerts);
});
