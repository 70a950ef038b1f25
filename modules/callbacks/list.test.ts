import { expect, test } from "vitest";
import { execute, sql } from "#lib/database/sql";
import type { Cursor } from "#lib/base/cursor";
import {
  countCallbacks,
  getCallback,
  listCallbacks,
  listOverdue,
  rescheduleCallback,
  showCalendar,
} from "#modules/callbacks";
import { recordOutcome, takeNext } from "#modules/calls";
import { listInput } from "#schema/callbacks";
import { aCallback, anAgent, aUser, tick } from "#tests/factories/desk";
import { aCtx } from "#tests/setup/ctx";
import { advance, db, START } from "#tests/setup/database";

const at = (minutes: number) => new Date(START.getTime() + minutes * 60_000).toISOString();
const found = async (search: string) =>
  (await listCallbacks(await aCtx(), { search, limit: 50 })).callbacks.map(({ id }) => id);

async function aPerson(firstName: string, phone: string): Promise<number> {
  const userId = await aUser({ firstName });
  await execute(db, sql`UPDATE users SET phone = ${phone} WHERE id = ${userId}`);
  return aCallback({ userId });
}

test("a search finds by part of the name, by digits of the phone, and by id", async () => {
  for (let n = 0; n < 9; n += 1) await aCallback();
  const marta = await aPerson("Marta", "+44 7700 900-142");
  const luca = await aPerson("Luca", "+39 02 555 0199");
  expect(await found("mart")).toEqual([marta]);
  expect(await found("Marta User")).toEqual([marta]);
  expect(await found("07700 900142")).toEqual([marta]);
  expect(await found("(555) 01-99")).toEqual([luca]);
  expect(await found(`#${luca}`)).toEqual([luca]);
  expect(await found("nobody of that name")).toEqual([]);
});

test.each([
  ["José Núñez", ["jose", "nunez", "Núñez José", "Núñez, José", "NUNEZ", "José".normalize("NFD")]],
  ["Zoë Müller".normalize("NFD"), ["muller", "Zoë", "Muller Zoe", "mueller", "Zoe Mueller"]],
  ["Jürgen Mueller", ["Müller", "MÜLLER", "Mueller Juergen", "juergenmueller"]],
  ["Åse Sørensen", ["aase", "soerensen", "ase sorensen", "Sørensen Åse"]],
  ["Seán O’Brien", ["O'Brien", "obrien", "O`Brien", "brien sean"]],
  ["Anna  Maria Smith", ["Anna Maria", "Smith Anna", "anna-maria"]],
  ["Søren Łuk", ["soren luk"]],
  ["Jörg Strauß", ["strauss", "STRAUSS", "strauß jorg"]],
  ["Ægir Þórsson", ["aegir", "thorsson", "Þórsson"]],
  ["Mary-Ann van der Berg", ["maryann", "Maryann vanderberg", "VANDERBERG mary"]],
  ["Maryann Lee", ["Mary-Ann", "mary ann lee"]],
  ["Björk Guðmundsdóttir", ["gudmundsdottir", "bjork gudm"]],
  ["ΓΙΏΡΓΟΣ Παπάς", ["γιωργος", "ΠΑΠΑΣ"]],
  ["أحمد علی", ["احمد", "علي", "علي أحمد"]],
  ["St. John Smith", ["stjohn", "st john", "St.John"]],
  ["小龍 李", ["李小龍", "小龍李", "小龍", "李 小龍"]],
])("%s is found as it is spoken", async (name, searches) => {
  await aPerson("Somebody", "+44 20 7946 0199");
  const id = await aPerson(name, "+44 20 7946 0198");
  for (const search of searches) expect(await found(search), search).toEqual([id]);
});

test("a number is found by its national and its international way of writing, in digits of any script", async () => {
  await aPerson("Somebody", "+44 20 7946 0199");
  const id = await aPerson("Uma", "07700 900999");
  for (const search of [
    "tel:+447700900999",
    "+44 7700 900999",
    "0044 7700 900999",
    "07700 900999",
    "(07700) 900-999",
    "07700\u2013900\u2011999",
    "'07700\u00a0900999",
    "０７７００ ９００９９９",
    "٠٧٧٠٠٩٠٠٩٩٩",
  ])
    expect(await found(search), search).toEqual([id]);
});

test("a number with an extension is found as it was written, as it is shown, and without its extension", async () => {
  await aPerson("Somebody", "+1 212 555 0198 x7");
  const id = await aPerson("Uma", "+1 (212) 555-0199 x7");
  for (const search of [
    "+1 (212) 555-0199 x7",
    "+1 212 555 0199 ext. 7",
    "tel:+12125550199;ext=7",
    "212-555-0199 extension 7",
    "555 0199 #7",
    "212 555 0199 Durchwahl 7",
    "+1 212 555 0199",
  ])
    expect(await found(search), search).toEqual([id]);
});

test("percent, underscore, backslash and quotes are themselves", async () => {
  const odd = await aPerson("100%_of\\O'Hara", "+1");
  await aPerson("100 percent", "+2");
  for (const search of ["100%", "%_", "f\\O", "O'H"]) expect(await found(search), search).toEqual([odd]);
  expect(await found("%%")).toEqual([]);
  expect(await found("__")).toEqual([]);
});

test("several states, the earliest first, page by page", async () => {
  const ann = await anAgent();
  const ids = [await aCallback({ inMinutes: 30 }), await aCallback({ inMinutes: 10, acceptedBy: ann })];
  const cancelled = await aCallback();
  await execute(
    db,
    sql`UPDATE callbacks SET status = 'failed', failed_at = ringback_now(), event_type = 'failed' WHERE id = ${cancelled}`,
  );
  const ask = { status: ["pending" as const, "accepted" as const], order: "due" as const, limit: 1 };
  const first = await listCallbacks(await aCtx(), ask);
  const second = await listCallbacks(await aCtx(), { ...ask, cursor: shownUpTo(first) });
  expect([...first.callbacks, ...second.callbacks].map(({ id }) => id)).toEqual(ids.toReversed());
  expect(first).toMatchObject({ now: at(0), callbacks: [{ userName: "Uma User", agentId: ann }] });
});

/** The cursor of a page as the API takes it. */
const shownUpTo = ({ nextCursor }: { nextCursor: string | null }) => listInput.shape.cursor.parse(nextCursor);

test("a page continues at the place where the last callback was shown, also when its time has changed", async () => {
  const ids: number[] = [];
  for (const inMinutes of [-40, -30, -20, -10]) ids.push(await aCallback({ inMinutes }));
  const due = async (cursor?: Cursor) => listCallbacks(await aCtx(), { order: "due", limit: 2, cursor });
  const late = async (cursor?: Cursor) => listOverdue(await aCtx(), { limit: 2, cursor });
  const firsts = [await due(), await late()];
  for (const { callbacks } of firsts) expect(callbacks.map(({ id }) => id)).toEqual(ids.slice(0, 2));
  await rescheduleCallback(await aCtx(), { callbackId: ids[1]!, scheduledFor: at(60) });
  const seconds = [await due(shownUpTo(firsts[0]!)), await late(shownUpTo(firsts[1]!))];
  for (const { callbacks } of seconds) expect(callbacks.map(({ id }) => id)).toEqual(ids.slice(2));
});

test("a callback that gets another time between two pages is neither left out nor shown twice", async () => {
  const ids: number[] = [];
  for (const inMinutes of [-40, -30, -20, -10, 30]) ids.push(await aCallback({ inMinutes }));
  const due = async (cursor?: Cursor) => listCallbacks(await aCtx(), { order: "due", limit: 2, cursor });
  const late = async (cursor?: Cursor) => listOverdue(await aCtx(), { limit: 2, cursor });
  const seen = { due: [await due()], late: [await late()] };
  await advance({ minutes: 1 });
  // One that was shown comes to lie behind the cursor's place, one that was not before it.
  await rescheduleCallback(await aCtx(), { callbackId: ids[1]!, scheduledFor: at(60) });
  await rescheduleCallback(await aCtx(), { callbackId: ids[3]!, scheduledFor: at(-45) });
  const made = await aCallback({ inMinutes: 90 });
  while (seen.due.at(-1)!.nextCursor) seen.due.push(await due(shownUpTo(seen.due.at(-1)!)));
  while (seen.late.at(-1)!.nextCursor) seen.late.push(await late(shownUpTo(seen.late.at(-1)!)));
  const idsOf = (pages: { callbacks: { id: number }[] }[]) =>
    pages.flatMap(({ callbacks }) => callbacks.map(({ id }) => id));
  expect(idsOf(seen.due).filter((id) => id !== made)).toEqual(ids);
  expect(idsOf(seen.late)).toEqual(ids.slice(0, 4));
  expect(seen.due[1]!.callbacks[1]).toMatchObject({ id: ids[3], scheduledFor: at(-45) });
});

test("sorted by customer, agent, state or the latest time, every callback is on exactly one page, in that order", async () => {
  const [ann, ben] = [await anAgent({ name: "ann" }), await anAgent({ name: "Ben" })];
  const named = async (firstName: string, inMinutes: number, preferredAgentId?: number, acceptedBy?: number) =>
    aCallback({
      userId: await aUser({ firstName }),
      inMinutes,
      ...(preferredAgentId && { preferredAgentId }),
      ...(acceptedBy && { acceptedBy }),
    });
  const cleo = await named("Cleo", 40, ben);
  const bea = await named("bea", 50, ann, ann);
  const zoe = await named("Zoë", 20);
  // Two of one name and time: their ids decide.
  const ada = [await named("Ada", 30, ann), await named("Ada", 30, ann)];
  const pages = async (order: "customer" | "agent" | "state" | "latest") => {
    const ids: number[] = [];
    for (let cursor: string | null | undefined; cursor !== null && ids.length < 20; ) {
      const asked = listInput.parse({ order, limit: 2, ...(cursor && { cursor }) });
      const page = await listCallbacks(await aCtx(), asked);
      ids.push(...page.callbacks.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    return ids;
  };
  expect(await pages("customer")).toEqual([...ada, bea, cleo, zoe]);
  expect(await pages("agent")).toEqual([bea, ...ada, cleo, zoe].sort((a, b) => order(a) - order(b)));
  expect(await pages("state")).toEqual([zoe, ...ada, cleo, bea]);
  expect(await pages("latest")).toEqual([bea, cleo, ...ada.toReversed(), zoe]);

  function order(id: number): number {
    return (id === zoe ? 2_000_000 : id === cleo ? 1_000_000 : 0) + id;
  }
});

test("a cursor that somebody has written by hand is a place like another, or refused", async () => {
  await aCallback();
  for (const key of ["", "AAAA", "_-_-", "AA"]) {
    const asked = listInput.parse({ order: "customer", limit: 1, cursor: `0.1@0~${key}` });
    expect((await listCallbacks(await aCtx(), asked)).nextCursor).not.toBeUndefined();
  }
  expect(listInput.safeParse({ cursor: "0.1@0~a b" }).success).toBe(false);
});

test("every figure above the list is the length of the list that it leads to, for everybody and for one agent", async () => {
  const ann = await anAgent();
  for (const inMinutes of [-30, -10, -2, 60]) await aCallback({ inMinutes, preferredAgentId: ann });
  for (const inMinutes of [-20, -1, 30, 24 * 60]) await aCallback({ inMinutes });
  await aCallback({ acceptedBy: ann });
  await tick();
  const span = { from: at(-60), to: at(120) };
  for (const who of [{}, { agentId: ann }, { search: "uma" }]) {
    const { now: _, ...counts } = await countCallbacks(await aCtx(), { ...who, ...span });
    const length = async (asked: Parameters<typeof listCallbacks>[1]) =>
      (await listCallbacks(await aCtx(), { ...who, ...asked })).callbacks.length;
    expect(counts).toEqual({
      late: await length({ only: "late", limit: 100 }),
      due: await length({ only: "due", limit: 100 }),
      open: await length({ status: ["pending", "accepted"], limit: 100 }),
      accepted: await length({ status: ["accepted"], limit: 100 }),
      unassigned: await length({ only: "unassigned", limit: 100 }),
      inSpan: await length({ ...span, limit: 100 }),
    });
    expect(counts.late).toBeGreaterThan(0);
  }
});

test("the list of an agent has all that is with the agent: promised, accepted, in the queue, and completed", async () => {
  const [ann, ben] = [await anAgent(), await anAgent({ status: "break" })];
  const [accepted, queued, promised] = [
    await aCallback({ acceptedBy: ann }),
    await aCallback({ inMinutes: -1 }),
    await aCallback({ preferredAgentId: ann, inMinutes: 60 }),
  ];
  const others = await aCallback({ preferredAgentId: ben, inMinutes: 60 });
  await tick();
  const listed = async (agentId: number) =>
    (await listCallbacks(await aCtx(), { agentId, limit: 50 })).callbacks.map(({ id }) => id).sort((a, b) => a - b);
  expect(await listed(ann)).toEqual([accepted, queued, promised]);
  expect((await listOverdue(await aCtx(), { agentId: ann, limit: 50 })).callbacks.map(({ id }) => id)).toContain(
    queued,
  );
  for (const _ of [accepted, queued]) {
    const { next } = await takeNext(await aCtx(), { agentId: ann });
    await recordOutcome(await aCtx(), { callSessionId: BigInt(next!.callSessionId), outcomeType: "answered" });
  }
  expect(await listed(ann)).toEqual([accepted, queued, promised]);
  expect(await listed(ben)).toEqual([others]);
});

test("a calendar counts callbacks by quarters of an hour, and those as late that are late in the list", async () => {
  for (const inMinutes of [0, 4, 14, 15, 24 * 60]) await aCallback({ inMinutes });
  const span = { from: at(0), to: at(24 * 60) };
  const seen = async () => {
    const { quarters } = await showCalendar(await aCtx(), span);
    expect(quarters).toMatchObject([
      { at: at(0), callbacks: 3 },
      { at: at(15), callbacks: 1 },
    ]);
    return [quarters.map(({ late }) => late), (await countCallbacks(await aCtx(), span)).late];
  };
  // Due is not late: the first promise may still be kept in time.
  await advance({ minutes: 5 });
  expect(await seen()).toEqual([[0, 0], 0]);
  await advance({ seconds: 1 });
  expect(await seen()).toEqual([[1, 0], 1]);
  await expect(showCalendar(await aCtx(), { from: at(0), to: at(40 * 24 * 60) })).rejects.toMatchObject({
    code: "invalid_input",
  });
});

test("a story names who did something", async () => {
  const ann = await anAgent({ name: "Ann" });
  const id = await aCallback();
  await execute(db, sql`UPDATE callbacks SET event_actor = ${`agent ${ann}`} WHERE id = ${id}`);
  expect((await getCallback(await aCtx(), { id })).events.map(({ actorName }) => actorName)).toEqual([
    null,
    "Ann Able",
  ]);
});

test("a callback says whether somebody has it, or whom it was asked for", async () => {
  const [ann, ben] = [await anAgent({ name: "Ann" }), await anAgent({ name: "Ben", status: null })];
  const held = await aCallback({ acceptedBy: ann });
  const asked = await aCallback({ preferredAgentId: ben, inMinutes: 600 });
  const anybodys = await aCallback({ inMinutes: 600 });
  const { callbacks } = await listCallbacks(await aCtx(), { limit: 10 });
  const shown = (id: number) => callbacks.find((callback) => callback.id === id);
  expect(shown(held)).toMatchObject({ agentName: "Ann Able", isHeld: true });
  expect(shown(asked)).toMatchObject({ agentName: "Ben Able", isHeld: false });
  expect(shown(anybodys)).toMatchObject({ agentName: null, isHeld: false });
  expect(await getCallback(await aCtx(), { id: asked })).toMatchObject({ isHeld: false });
});

test("a callback that another call settles too is with the agent of that call", async () => {
  const [ann, userId] = [await anAgent({ name: "Ann" }), await aUser()];
  await aCallback({ userId, preferredAgentId: ann });
  const second = await aCallback({ userId });
  await tick();
  const { callbacks } = await listCallbacks(await aCtx(), { limit: 10 });
  expect(callbacks.find(({ id }) => id === second)).toMatchObject({ agentName: "Ann Able" });
  expect(callbacks).toHaveLength(2);
});
