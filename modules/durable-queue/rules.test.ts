import fc from "fast-check";
import { expect, test } from "vitest";
import { aQueueTask, NOON } from "#tests/factories/queue-task";
import { backoffMs, cycleIn, isOver, may, placementOf, TRANSITIONS } from "./rules.ts";
import { STATUSES, type Task } from "./task.ts";

const { seq: _, ...TASK } = aQueueTask();

test("a task leaves the store after a success or by a person, and by nothing else", () => {
  const leaving = Object.entries(TRANSITIONS).filter(([, { to }]) => (to as readonly string[]).includes("gone"));
  expect(leaving.map(([event]) => event)).toEqual(["cancelled", "cleared"]);
  expect(TRANSITIONS.cleared.from).toEqual(["completed"]);
});

test("a task in flight cannot be cancelled, and a completed one cannot be retried", () => {
  expect(may("cancelled", "processing")).toBe(false);
  expect(may("retried", "completed")).toBe(false);
  expect(may("retried", "failed")).toBe(true);
});

test("every state is reached, and every state but the completed one leads back to pending", () => {
  const reached = new Set(Object.values(TRANSITIONS).flatMap(({ to }): readonly string[] => to));
  expect([...reached].filter((state) => state !== "gone").sort()).toEqual([...STATUSES].sort());
  const back = new Set(
    Object.values(TRANSITIONS).flatMap(({ from, to }): readonly string[] =>
      (to as readonly string[]).includes("pending") ? from : [],
    ),
  );
  expect([...back].sort()).toEqual(["expired", "failed", "parked", "processing"]);
});

test.each([
  { failures: 1, chance: 0, ms: 1_000 },
  { failures: 2, chance: 0, ms: 2_000 },
  { failures: 6, chance: 0, ms: 32_000 },
  { failures: 7, chance: 0, ms: 60_000 },
  { failures: 5_000, chance: 0, ms: 60_000 },
  { failures: 1, chance: 1, ms: 500 },
  { failures: 7, chance: 0.5, ms: 45_000 },
])("after $failures failures and chance $chance the wait is $ms ms", ({ failures, chance, ms }) => {
  expect(backoffMs(failures, chance)).toBe(ms);
});

test("the wait that the server asks for wins over the backoff, up to fifteen minutes", () => {
  expect(backoffMs(1, 0, 20_000)).toBe(20_000);
  expect(backoffMs(7, 0, 1_000)).toBe(60_000);
  expect(backoffMs(1, 0, 86_400_000)).toBe(900_000);
});

test("no wait is longer than it was when it was decided, wherever the clock jumps", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 900_000 }), fc.integer({ min: -1e10, max: 1e10 }), (ms, jump) => {
      const [until, now] = [NOON + ms, NOON + jump];
      expect(isOver({ until, ms }, now) || until - now <= ms).toBe(true);
    }),
  );
  expect(isOver({ until: NOON + 1_000, ms: 1_000 }, NOON)).toBe(false);
  expect(isOver({ until: NOON + 1_000, ms: 1_000 }, NOON + 1_000)).toBe(true);
  expect(isOver({ until: NOON + 1_000, ms: 1_000 }, NOON - 3_600_000)).toBe(true);
});

const HEAD = { isHead: true, waitsFor: [], now: NOON };

test.each<[string, Partial<Task>, Partial<typeof HEAD> & { waitsFor?: never[] | string[] }, object]>([
  ["a task that can begin is in the index of order", {}, {}, { ready: "send", rank: -50 }],
  ["one that waits in its group is not", { groupKey: "c1" }, { isHead: false }, { rank: -50, group: "c1" }],
  ["nor a task that waits for another", {}, { waitsFor: ["b"] as never }, { rank: -50, waitsFor: ["b"] }],
  ["nor what is due later", { executeAt: NOON + 1 }, {}, { rank: -50, wakeAt: NOON + 1 }],
  ["one that has become due is", { executeAt: NOON }, {}, { ready: "send", rank: -50 }],
  ["one that backs off is not", { retryAt: NOON + 500, retryMs: 900 }, {}, { rank: -50, backsOffUntil: NOON + 500 }],
  ["a clock that went back ends a backoff", { retryAt: NOON + 901, retryMs: 900 }, {}, { ready: "send", rank: -50 }],
  ["a running task holds its group", { status: "processing", groupKey: "c1" }, {}, { rank: -50, group: "c1" }],
  ["so does what was refused", { status: "failed", groupKey: "c1" }, {}, { rank: -50, group: "c1" }],
  ["a completed one does not", { status: "completed", groupKey: "c1" }, {}, { rank: -50 }],
  [
    "a task that may expire can be found",
    { validUntil: NOON + 5 },
    {},
    { ready: "send", rank: -50, expiresAt: NOON + 5 },
  ],
  ["a parked task does not expire any more", { status: "parked", validUntil: NOON + 5 }, {}, { rank: -50 }],
])("%s", (_, task, at, placement) => {
  expect(placementOf({ ...TASK, ...task }, { ...HEAD, ...at })).toEqual(placement);
});

test.each<[string, Parameters<typeof cycleIn>[0], string[]]>([
  ["a chain is none", [{ id: "a" }, { id: "b", dependsOn: ["a"] }, { id: "c", dependsOn: ["b"] }], []],
  ["a task outside of the batch is no part of a cycle", [{ id: "a", dependsOn: ["elsewhere"] }], []],
  ["a task that waits for itself", [{ id: "a", dependsOn: ["a"] }], ["a"]],
  [
    "two that wait for each other",
    [{ id: "a", dependsOn: ["b"] }, { id: "b", dependsOn: ["a"] }, { id: "c" }],
    ["a", "b"],
  ],
  [
    "one that waits for the next of its own group",
    [
      { id: "a", groupKey: "g", dependsOn: ["b"] },
      { id: "b", groupKey: "g" },
    ],
    ["a", "b"],
  ],
  [
    "one of another group may wait for it",
    [
      { id: "a", groupKey: "g", dependsOn: ["b"] },
      { id: "b", groupKey: "h" },
    ],
    [],
  ],
])("a circle in a batch is found: %s", (_, batch, circle) => {
  expect(cycleIn(batch)).toEqual(circle);
});
