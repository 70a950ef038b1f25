import "fake-indexeddb/auto";
import fc from "fast-check";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { confidenceAt, weighed } from "./decay.ts";
import { claimsOf } from "./extract.ts";
import { OBSERVER_IDS } from "./observe.ts";
import { livePrecision, mayPropose, READS, ruleRecords } from "./proposals.ts";
import { RULES } from "./rules/index.ts";
import type { Unit } from "./schema.ts";
import { sentencesOf } from "./sentences.ts";
import { settleChain } from "./settle.ts";
import { CallMemory } from "./store.ts";
import { type Desk, HANDLERS } from "./tasks.ts";

const CALL = "2026-03-02T10:20:00Z";
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let memory: CallMemory;
let now = new Date(CALL);
let desk: Desk;

beforeEach(async () => {
  now = new Date(CALL);
  memory = await CallMemory.open("maya");
  desk = { memory, now: () => now, pause: async () => {} };
});

afterEach(async () => {
  memory.close();
  await CallMemory.forget("maya");
});

function aUnit(notes: string, more: Partial<Unit> = {}): Unit {
  return {
    id: "call-1",
    userId: "1001",
    userName: "Asha Hall",
    notes,
    at: CALL,
    zone: "Europe/London",
    isZoneKnown: true,
    sessionId: "shift-1",
    ...more,
  };
}

async function learn(...units: Unit[]): Promise<void> {
  for (const unit of units) {
    await memory.putUnit(unit);
    await HANDLERS.extract_from_unit(desk, { unitId: unit.id });
  }
}

async function observe(
  observerId: "promise_without_callback" | "repeated_objection" | "risk_words" | "contradiction",
  callbacks: { userId: string; scheduledFor: string }[] = [],
) {
  await HANDLERS.run_observer(desk, { observerId, context: { userIds: ["1001"], callbacks } });
  return (await memory.findingsOf("1001")).filter((one) => one.observer === observerId);
}

test("notes of several lines are read sentence by sentence, each with its place in the note", () => {
  const notes = "Spoke to Mrs. Hall.\nring me tomorrow at ten - too expensive; paid £4.30 e.g. by card";
  const found = sentencesOf(notes);
  expect(found.map(({ text }) => text)).toEqual([
    "Spoke to Mrs. Hall.",
    "ring me tomorrow at ten",
    "too expensive",
    "paid £4.30 e.g. by card",
  ]);
  for (const { text, from, to } of found) expect(notes.slice(from, to)).toBe(text);
});

test("any text is read without a fault, and every claim quotes the note", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "grapheme", maxLength: 300 }),
        fc
          .array(
            fc.constantFrom(
              "call",
              "back",
              "thursday",
              "at",
              "3",
              "pm",
              "not",
              "she",
              "will",
              ";",
              "\n",
              "?",
              "🙂",
              "\u202e",
              "if",
              "31/02",
              "25:99",
              "in",
              "a",
              "week",
            ),
            { maxLength: 30 },
          )
          .map((words) => words.join(" ")),
      ),
      (notes) => {
        for (const { span, text, due } of claimsOf(aUnit(notes))) {
          expect(notes.slice(span.from, span.to)).toBe(text);
          if (due) expect(Number.isNaN(Date.parse(`${due.local.slice(0, 10)}T00:00:00Z`))).toBe(false);
        }
      },
    ),
    { numRuns: 200 },
  );
});

test("a time is read on the clock of the person who was called, also when the clocks change meanwhile", () => {
  const [claim] = claimsOf(
    aUnit("ring me on Monday 30 March at ten", { zone: "America/New_York", at: "2026-03-27T01:00:00Z" }),
  );
  expect(claim?.due?.local).toBe("2026-03-30T10:00");
  const [tomorrow] = claimsOf(
    aUnit("call back tomorrow at 9", { zone: "America/New_York", at: "2026-03-03T02:00:00Z" }),
  );
  expect(tomorrow?.due?.local).toBe("2026-03-03T09:00");
});

test("reading a unit twice gives the same claims, and changed notes replace what was read before", async () => {
  await learn(aUnit("cb thu after 3"));
  const first = await memory.claims();
  await HANDLERS.extract_from_unit(desk, { unitId: "call-1" });
  expect(await memory.claims()).toEqual(first);
  await learn(aUnit("Too expensive"));
  expect((await memory.claims()).map(({ kind }) => kind)).toEqual(["objection"]);
});

test("a promise that no callback keeps proposes one at its time, once", async () => {
  await learn(aUnit("Please ring me tomorrow at ten"));
  await observe("promise_without_callback");
  const found = await observe("promise_without_callback");
  expect(found).toMatchObject([
    {
      sentence:
        "You promised to call on Tuesday 3 March, 10:00, and no callback is scheduled: “Please ring me tomorrow at ten”.",
      proposal: { local: "2026-03-03T10:00", zone: "Europe/London" },
    },
  ]);
  expect(await observe("promise_without_callback", [{ userId: "1001", scheduledFor: "2026-03-03T10:15:00Z" }])).toEqual(
    [],
  );
  expect(
    await observe("promise_without_callback", [{ userId: "1002", scheduledFor: "2026-03-03T10:15:00Z" }]),
  ).toHaveLength(1);
});

test("a promise without a day asks for the time, and one of the customer's or one that has passed proposes nothing", async () => {
  await learn(aUnit("needs a callback. She will ring us tomorrow"));
  expect((await observe("promise_without_callback")).map((one) => one.proposal?.local)).toEqual([null]);
  await learn(aUnit("ring me tomorrow at ten"));
  now = new Date("2026-03-03T10:01:00Z");
  expect(await observe("promise_without_callback")).toEqual([]);
});

test("a dismissed promise is not proposed again, and the same promise in a later call is", async () => {
  await learn(aUnit("ring me tomorrow at ten"));
  const [found] = await observe("promise_without_callback");
  await memory.decide(found!.id, { verdict: "dismissed", at: now, scheduledFor: null });
  expect(await observe("promise_without_callback")).toEqual([]);
  await learn(aUnit("wants a call tomorrow at 10", { id: "call-2", at: "2026-03-02T11:00:00Z" }));
  await HANDLERS.consolidate_memory(desk, { sessionId: "shift-1" });
  expect((await observe("promise_without_callback")).map((one) => one.claimIds.length)).toEqual([2]);
});

test("a claim that an agent confirmed or gave another time stays so when its notes are read again", async () => {
  await learn(aUnit("cb thu after 3"));
  const [found] = await observe("promise_without_callback");
  await memory.decide(found!.id, { verdict: "edited", at: now, scheduledFor: "2026-03-06T09:30:00Z" });
  await learn(aUnit("cb thu after 3"));
  expect((await memory.claims()).map(({ due, isPinned }) => [due?.local, isPinned])).toEqual([
    ["2026-03-06T09:30", true],
  ]);
});

test("an agent reads of every rule that proposes what it reads", () => {
  expect(Object.keys(READS)).toEqual(RULES.filter(({ kind }) => kind === "promise").map(({ id }) => id));
});

test("a rule of which more than three in ten of the last 20 proposals were dismissed proposes nothing more", async () => {
  const verdicts = (dismissed: number, all = 20) =>
    Array.from({ length: all }, (_, n) => ({
      rule: "call-back",
      verdict: n < dismissed ? ("dismissed" as const) : ("edited" as const),
      at: new Date(Date.parse(CALL) + n).toISOString(),
    }));
  expect([6, 7].map((dismissed) => mayPropose("call-back", verdicts(dismissed)))).toEqual([true, false]);
  expect(mayPropose("call-back", verdicts(19, 19))).toBe(true);
  // Older ones no longer count.
  expect(mayPropose("call-back", verdicts(7, 27))).toBe(true);
  // The agent reads how each rule stands, what has stopped first; what was settled is no label.
  const other = { rule: "will", verdict: "accepted", at: CALL } as const;
  const settled = { rule: "to-do", verdict: "kept", at: CALL } as const;
  expect(ruleRecords([other, settled, ...verdicts(7)])).toEqual([
    { rule: "call-back", reads: READS["call-back"], right: 13, proposals: 20, isStopped: true },
    { rule: "will", reads: READS.will, right: 1, proposals: 1, isStopped: false },
  ]);
  for (let n = 0; n < 20; n += 1) {
    await learn(aUnit("ring me tomorrow at ten", { id: `call-${n}` }));
    const [found] = await observe("promise_without_callback");
    await memory.decide(found!.id, { verdict: "dismissed", at: now, scheduledFor: null });
  }
  await learn(aUnit("ring me tomorrow at ten", { id: "call-20" }));
  expect(await observe("promise_without_callback")).toEqual([]);
  await learn(aUnit("needs a callback", { id: "call-21" }));
  expect(await observe("promise_without_callback")).toHaveLength(1);
});

test("a callback keeps what was promised: its hour, its day, from then on or until then, and nothing else", async () => {
  const isKept = async (notes: string, scheduledFor: string) => {
    await learn(aUnit(notes));
    return (await observe("promise_without_callback", [{ userId: "1001", scheduledFor }])).length === 0;
  };
  const table: [notes: string, scheduledFor: string, isKept: boolean][] = [
    ["ring me tomorrow at ten", "2026-03-03T10:55:00Z", true],
    ["ring me tomorrow at ten", "2026-03-03T15:00:00Z", false],
    ["call back friday", "2026-03-06T16:00:00Z", true],
    ["call back friday", "2026-03-07T09:00:00Z", false],
    ["cb thu after 3", "2026-03-05T17:00:00Z", true],
    ["cb thu after 3", "2026-03-05T14:00:00Z", false],
    ["call her by friday", "2026-03-04T09:00:00Z", true],
    ["needs a callback", "2026-03-04T09:00:00Z", true],
    ["needs a callback", "2026-03-02T09:00:00Z", false],
  ];
  for (const [notes, at, expected] of table)
    expect([notes, at, await isKept(notes, at)]).toEqual([notes, at, expected]);
});

test("an objection is repeated when two calls have it, not two sentences of one", async () => {
  await learn(aUnit("Too expensive. The price is too high"));
  expect(await observe("repeated_objection")).toEqual([]);
  await learn(aUnit("can't afford it", { id: "call-2", at: "2026-03-03T10:00:00Z" }));
  expect((await observe("repeated_objection")).map((one) => one.sentence)).toEqual([
    "The same objection in 2 calls: “can't afford it”.",
  ]);
});

test("signs of risk and wishes that contradict each other are shown", async () => {
  await learn(
    aUnit("threatens to go to the ombudsman. Mornings are best for her"),
    aUnit("only call after 6", { id: "call-2", at: "2026-03-03T10:00:00Z" }),
  );
  expect((await observe("risk_words")).map((one) => one.sentence)).toEqual([
    "A sign of risk: “threatens to go to the ombudsman”.",
  ]);
  expect((await observe("contradiction")).map((one) => one.sentence)).toEqual([
    "Two wishes that differ: “Mornings are best for her” (mornings), later “only call after 6” (evenings).",
  ]);
});

test("claims of different calls that say the same become one, with a confidence that grows by calls and never reaches 1", async () => {
  await learn(
    aUnit("Prefers e-mail. prefers email"),
    aUnit("She prefers e-mail", { id: "call-2" }),
    aUnit("customer prefers email", { id: "call-3" }),
  );
  await HANDLERS.consolidate_memory(desk, { sessionId: "shift-1" });
  const all = await memory.claims();
  const [head, ...others] = all.filter((claim) => claim.mergedInto === null);
  expect(others).toEqual([]);
  const merged = all.filter((claim) => claim.mergedInto === head!.id);
  expect(merged).toHaveLength(3);
  expect(confidenceAt([head!], now)).toBeCloseTo(0.9, 10);
  // Two sentences of one call are no independent evidence.
  expect(confidenceAt([head!, ...merged.filter((claim) => claim.unitId === head!.unitId)], now)).toBeCloseTo(0.9, 10);
  expect(confidenceAt([head!, ...merged], now)).toBe(0.98);
  await HANDLERS.consolidate_memory(desk, { sessionId: "shift-1" });
  expect(await memory.claims()).toEqual(all);
});

test("confidence halves with its half-life, twice is as once, and a promise keeps it until it is due", async () => {
  await learn(aUnit("Too expensive"), aUnit("call back on 1 June", { id: "call-2" }));
  const stored = await memory.claims();
  const objection = stored.find(({ kind }) => kind === "objection")!;
  const promise = stored.find(({ kind }) => kind === "promise")!;
  const later = (days: number) => new Date(Date.parse(CALL) + days * DAY_MS);
  expect(confidenceAt([objection], later(30))).toBeCloseTo(objection.confidence / 2, 10);
  expect(confidenceAt([objection], later(60))).toBeCloseTo(objection.confidence / 4, 10);
  expect(confidenceAt([promise], later(90))).toBe(promise.confidence);
  now = later(60);
  await HANDLERS.decay_claims(desk, {});
  await HANDLERS.decay_claims(desk, {});
  expect(await memory.claims()).toEqual(stored);
  now = later(80);
  await HANDLERS.decay_claims(desk, {});
  expect((await memory.claims()).filter((claim) => claim.isArchived).map(({ kind }) => kind)).toEqual(["objection"]);
  // Everything is too old, except the promises for a later time.
  now = later(91 - 1 / 24);
  expect(await HANDLERS.decay_claims(desk, {})).toMatchObject({ forgotten: 1 });
  expect(await memory.claims()).toEqual([promise]);
});

test("a matter that is quiet for a day is dormant, and raised when something in it is still owed", async () => {
  await learn(aUnit("I'll send the quote today"), aUnit("moved to Leeds", { id: "call-2" }));
  const of = async (topic: string) => await HANDLERS.check_chain_dormancy(desk, { chainId: `1001:${topic}` });
  now = new Date(Date.parse(CALL) + 23 * HOUR_MS);
  expect(await of("offer")).toEqual({ isDormant: false, isRaised: false });
  now = new Date(Date.parse(CALL) + 24 * HOUR_MS);
  expect(await of("offer")).toEqual({ isDormant: true, isRaised: true });
  expect((await memory.findingsOf("1001")).map((one) => one.sentence)).toEqual([
    "Nothing was said for a day, and this we still owe: “I'll send the quote today”.",
  ]);
  expect(await of("fact")).toEqual({ isDormant: true, isRaised: false });
  const [raised] = await memory.findingsOf("1001");
  await memory.decide(raised!.id, { verdict: "accepted", at: now, scheduledFor: null });
  expect(await of("offer")).toEqual({ isDormant: true, isRaised: false });
});

test("a promise that went quiet is settled with a reason: not raised again, not owed in any report, no label of its rule", async () => {
  await learn(
    aUnit("I'll send the quote today"),
    aUnit("will email the quote", { id: "call-2", at: "2026-03-02T12:00:00Z" }),
  );
  const check = async () => await HANDLERS.check_chain_dormancy(desk, { chainId: "1001:offer" });
  now = new Date(Date.parse(CALL) + 3 * DAY_MS);
  expect(await check()).toEqual({ isDormant: true, isRaised: true });
  await settleChain(memory, { chainId: "1001:offer", verdict: "kept", reason: "She has it, she rang." }, now);
  expect(await memory.findingsOf("1001")).toEqual([]);
  // The older promise of the same is settled with it, also when the notes are read again.
  await HANDLERS.extract_from_unit(desk, { unitId: "call-1" });
  expect(await check()).toMatchObject({ isRaised: false });
  await HANDLERS.generate_synthesis(desk, { type: "handover", params: { sessionId: "shift-1" } });
  expect((await memory.summary("handover:shift-1"))?.sentences).toEqual([]);
  const [verdict] = await memory.verdicts();
  expect(verdict).toMatchObject({ verdict: "kept", reason: "She has it, she rang." });
  expect(livePrecision(verdict!.rule, await memory.verdicts())).toEqual({ precision: null, proposals: 0 });
  await memory.eraseUser("1001");
  expect(await memory.verdicts()).toEqual([]);
});

test("a promised call that a later call can have kept is not raised, and one that nobody made is", async () => {
  await learn(aUnit("ring me tomorrow at ten"), aUnit("call back tomorrow", { id: "call-2", userId: "1002" }));
  const of = async (userId: string) => await HANDLERS.check_chain_dormancy(desk, { chainId: `${userId}:call` });
  await learn(aUnit("spoke to her", { id: "call-3", at: "2026-03-03T10:10:00Z" }));
  now = new Date("2026-03-05T10:20:00Z");
  expect(await of("1001")).toEqual({ isDormant: true, isRaised: false });
  expect(await of("1002")).toEqual({ isDormant: true, isRaised: true });
});

test("a goal advances by what the notes say was reached, with the sentence that says so", async () => {
  const percent = async () =>
    (await HANDLERS.check_goal_progress(desk, { goalId: "1001:signature" })) as { percent: number };
  await learn(aUnit("Emailed the contract"));
  expect(await percent()).toEqual({ percent: 25 });
  await learn(aUnit("She will sign it on Friday. She has not signed the contract yet", { id: "call-2" }));
  expect(await percent()).toEqual({ percent: 50 });
  await learn(aUnit("signed contract received", { id: "call-3" }));
  expect(await percent()).toEqual({ percent: 100 });
  expect((await memory.goal("1001:signature"))?.evidence.map(({ text }) => text)).toEqual([
    "Emailed the contract",
    "She will sign it on Friday.",
    "signed contract received",
  ]);
  await expect(HANDLERS.check_goal_progress(desk, { goalId: "1001:moon" })).rejects.toThrow("There is no goal moon");
});

test("every sentence of a summary names claims that exist and quotes them, and nothing else is said", async () => {
  await learn(
    aUnit("Too expensive for now but call back Friday. Threatens to go to the ombudsman"),
    aUnit("cust to return the form by fri", { id: "call-2", userId: "1002", userName: "Ben Osei" }),
  );
  await HANDLERS.generate_session_summary(desk, { sessionId: "shift-1" });
  await HANDLERS.generate_synthesis(desk, { type: "user_brief", params: { userId: "1001" } });
  await HANDLERS.generate_synthesis(desk, { type: "handover", params: { sessionId: "shift-1" } });
  await HANDLERS.generate_synthesis(desk, { type: "day_report", params: { day: "2026-03-02" } });
  const claims = new Map((await memory.claims()).map((claim) => [claim.id, claim]));
  for (const key of ["session:shift-1", "user_brief:1001", "handover:shift-1", "day_report:2026-03-02"]) {
    const made = await memory.summary(key);
    expect(made?.sentences.length).toBeGreaterThan(0);
    for (const { text, sources } of made!.sentences)
      for (const source of sources) expect(text).toContain(`“${claims.get(source)?.text.replace(/\.$/, "")}”`);
  }
  expect((await memory.summary("session:shift-1"))?.sentences.map(({ text }) => text)).toEqual([
    "We owe Asha Hall a call on Friday 6 March: “Too expensive for now but call back Friday”.",
    "Ben Osei owes us something by Friday 6 March: “cust to return the form by fri”.",
    "Risk of Asha Hall: “Threatens to go to the ombudsman”.",
    "Objection of Asha Hall: “Too expensive for now but call back Friday”.",
  ]);
});

test("nothing derived outlives the notes: a person who is erased, and calls that are too old, leave nothing", async () => {
  await learn(
    aUnit("ring me tomorrow at ten"),
    aUnit("wants to complain", { id: "call-2", userId: "1002", at: "2026-03-05T10:00:00Z" }),
  );
  await observe("promise_without_callback");
  await HANDLERS.generate_session_summary(desk, { sessionId: "shift-1" });
  await HANDLERS.check_goal_progress(desk, { goalId: "1001:callback_kept" });
  await memory.eraseUser("1001");
  expect(await memory.claimsOf("1001")).toEqual([]);
  expect(await memory.findingsOf("1001")).toEqual([]);
  expect(await memory.goal("1001:callback_kept")).toBeNull();
  expect(await memory.summary("session:shift-1")).toBeNull();
  expect(await memory.claimsOf("1002")).toHaveLength(1);
  now = new Date(Date.parse("2026-03-05T10:00:00Z") + 90 * DAY_MS);
  expect(await HANDLERS.decay_claims(desk, {})).toMatchObject({ forgotten: 0 });
  now = new Date(now.getTime() + 1);
  expect(await HANDLERS.decay_claims(desk, {})).toMatchObject({ forgotten: 1 });
  expect(JSON.parse(await memory.export())).toMatchObject({
    units: [],
    claims: [],
    findings: [],
    goals: [],
    summaries: [],
  });
});

test("wishes that contradict each other count half, and are said after what is sure", async () => {
  await learn(
    aUnit("Mornings are best for her. Prefers e-mail"),
    aUnit("Evenings are best for her", { id: "call-2", at: "2026-03-03T10:00:00Z" }),
  );
  const said = weighed(await memory.claims(), now);
  expect(said.map(({ group, confidence }) => [group[0].text, confidence])).toEqual([
    ["Mornings are best for her.", 0.45],
    ["Prefers e-mail", 0.9],
    ["Evenings are best for her", 0.45],
  ]);
});

test("two people on one computer do not see what the other's calls taught", async () => {
  await learn(aUnit("ring me tomorrow at ten"));
  const other = await CallMemory.open("ben");
  expect(await other.claims()).toEqual([]);
  other.close();
  await CallMemory.forget("ben");
});

test("however many calls there were with a customer, no task reads more than fifty sentences before it lets the page breathe", async () => {
  const notes = [
    "Prefers to be rung in the evening",
    "Says it is too expensive",
    "Will send the signed contract on Friday",
    "Needs proof of address",
    "I'll ring her tomorrow at ten",
    "Threatens to go to the ombudsman",
    "Her son answered",
    "Lives in Leeds",
  ];
  const units = Array.from({ length: 30 }, (_, n) =>
    aUnit(notes.map((text) => `${text}, call ${n}.`).join("\n"), {
      id: `call-${n}`,
      at: new Date(Date.parse(CALL) + n * HOUR_MS).toISOString(),
    }),
  );
  for (const unit of units) await memory.putUnit(unit);
  // Reading a sentence begins with its normal form.
  const readings = vi.spyOn(String.prototype, "normalize");
  onTestFinished(() => readings.mockRestore());
  const slices: Record<string, number> = {};
  const sliced = async (type: string, work: (breathing: Desk) => Promise<unknown>) => {
    let most = 0;
    const end = async () => {
      most = Math.max(most, readings.mock.calls.length);
      readings.mockClear();
    };
    await end();
    most = 0;
    await work({ ...desk, pause: end });
    await end();
    slices[type] = Math.max(most, slices[type] ?? 0);
  };
  for (const { id } of units) await sliced("extract", (one) => HANDLERS.extract_from_unit(one, { unitId: id }));
  await sliced("consolidate", (one) => HANDLERS.consolidate_memory(one, { sessionId: "shift-1" }));
  const context = { userIds: ["1001"], callbacks: [] };
  for (const observerId of OBSERVER_IDS)
    await sliced("observe", (one) => HANDLERS.run_observer(one, { observerId, context }));
  await sliced("goal", (one) => HANDLERS.check_goal_progress(one, { goalId: "1001:documents" }));
  await sliced("decay", (one) => HANDLERS.decay_claims(one, {}));
  const [claim] = await memory.claimsOf("1001");
  await sliced("chain", (one) => HANDLERS.check_chain_dormancy(one, { chainId: `1001:${claim!.topic}` }));
  await sliced("summary", (one) => HANDLERS.generate_session_summary(one, { sessionId: "shift-1" }));
  await sliced("brief", (one) => HANDLERS.generate_synthesis(one, { type: "user_brief", params: { userId: "1001" } }));
  expect(Object.entries(slices).filter(([, most]) => most > 50)).toEqual([]);
  expect(slices).toMatchObject({ extract: 2, goal: 8 });
});
