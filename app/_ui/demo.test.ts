import { expect, test } from "vitest";
import { hintOf } from "../desk/hints.tsx";
import { wallHintOf } from "../wallboard/hints.tsx";
import { summaryOf } from "./demo-summary.tsx";

const desk = (status: string | null, hero: { call: unknown } | null, kept = 0) => ({
  agent: { status },
  hero,
  day: { kept },
});

test.each([
  ["off shift", desk(null, null), "1 of 3"],
  ["waiting", desk("available", null), "2 of 3"],
  ["somebody is next", desk("available", { call: null }), "2 of 3"],
  ["on a break", desk("break", { call: null }), "2 of 3"],
  ["in a call", desk("on_call", { call: {} }), "3 of 3"],
])("an agent on the first demo day who is %s reads the next thing to do", (_, state, step) => {
  expect(hintOf(state, [])?.step).toBe(step);
});

test("the hint about a promise names the button of its row, also when a colleague has it for now", () => {
  const hint = (withAgent: string | null) => hintOf(desk("available", null), [{ userName: "Uma", withAgent }])?.text;
  expect(hint(null)).toMatch(/^Uma asked for you\. Press Accept and call/);
  expect(hint("Ben")).toMatch(/Press Take back and call/);
});

test("on a break the hint names the button that ends it, and not the call", () => {
  expect(hintOf(desk("break", { call: null }), [])?.text).toMatch(/Press Available/);
});

test("an agent who has kept a promise reads no hint any more", () => {
  expect(hintOf(desk("available", { call: null }, 1), [])).toBeNull();
});

const ann = { name: "Ann", state: "available" };
const ben = { name: "Ben", state: "gone" };
const withAgent = (agent: string | null) => ({ kind: "overdue", agent });

test.each([
  ["nothing is late", 0, [], "All is well"],
  ["something is due, and nothing is late", 0, [withAgent("Ann")], "All is well"],
  ["something is late with a colleague who is here", 1, [withAgent("Ann")], "Something is late"],
  ["nobody has what is late", 1, [withAgent(null)], "Something is late"],
  ["a colleague has left with something due", 1, [withAgent("Ann"), withAgent("Ben")], "An outage to solve"],
])("when %s the hint on the wallboard of a demo day says so", (_, lateNow, needsYou, step) => {
  expect(wallHintOf({ figures: { lateNow }, agents: [ann, ben], needsYou }).step).toBe(step);
});

test("the summary of a demo day names late calls and colleagues who went home, and leaves out zeros", () => {
  const day = { startedAt: "", endedAt: "", promised: 31, onTime: 28, late: 0, toCome: 3, agentsLeft: 1 };
  expect(summaryOf(day)).toContain("31 promised, 28 called on time, 3 still to come, 1 colleague went home");
  expect(summaryOf({ ...day, toCome: 0, agentsLeft: 0 })).toMatch(/^31 promised, 28 called on time\. /);
});
