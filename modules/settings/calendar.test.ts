import { expect, test } from "vitest";
import { promiseCallback, rescheduleCallback, snoozeCallback, understandWhen } from "#modules/callbacks";
import { recordCall, recordOutcome } from "#modules/calls";
import { DecentHours } from "#modules/call-queue";
import { currentLimits } from "#lib/base/limits";
import { aCallback, anAgent, aUser } from "#tests/factories/desk";
import { untilAnswered } from "#tests/factories/at-once";
import { api, refused } from "#tests/routes/api";
import { asAgent, asSupervisor } from "#tests/routes/signed-in";
import { aCtx } from "#tests/setup/ctx";
import { db, setClock } from "#tests/setup/database";

const nineToFive = { opens: "09:00", closes: "17:00" };
const week = [nineToFive, nineToFive, nineToFive, nineToFive, nineToFive, null, null];
const calendar = { timeZone: "Europe/London", week, holidays: [{ date: "2026-12-25", name: "Christmas Day" }] };

async function open(): Promise<Parameters<typeof aCtx>[0]> {
  await api("PUT /calendar", { calendar }, { headers: await asSupervisor() });
  return { limits: { calendar: (await currentLimits(db)).calendar } };
}

test("opening hours are shown with the person who set them, are in the audit, and can be removed", async () => {
  const headers = await asSupervisor();
  expect((await api("GET /calendar", undefined, { headers })).body).toEqual({
    calendar: null,
    changedBy: null,
    changedAt: null,
  });
  await api("PUT /calendar", { calendar }, { headers });
  expect((await api("GET /calendar", undefined, { headers })).body).toMatchObject({ calendar, changedBy: "Sam Staff" });
  expect((await api("PUT /calendar", { calendar: null }, { headers })).body).toMatchObject({ calendar: null });
  const { body } = await api("GET /audit?action=calendar.changed", undefined, { headers });
  expect((body.entries as { details: object }[]).map(({ details }) => details)).toEqual([
    { from: calendar, to: null },
    { from: null, to: calendar },
  ]);
});

test.each([
  ["an unknown zone", { ...calendar, timeZone: "Mars/Olympus" }],
  ["six days", { ...calendar, week: week.slice(1) }],
  ["hours that end when they begin", { ...calendar, week: [{ opens: "09:00", closes: "09:00" }, ...week.slice(1)] }],
  ["an hour there is not", { ...calendar, week: [{ opens: "09:00", closes: "25:00" }, ...week.slice(1)] }],
  ["a date there is not", { ...calendar, holidays: [{ date: "2026-02-30", name: "No day" }] }],
  ["a date twice", { ...calendar, holidays: [calendar.holidays[0], calendar.holidays[0]] }],
])("%s is refused, and nothing is changed", async (_, wrong) => {
  const headers = await asSupervisor();
  await refused("PUT /calendar", { calendar: wrong }, [400, "invalid_input"], { headers });
  expect(await db.deskCalendar.count()).toBe(0);
});

test("an agent sets no opening hours", async () => {
  const headers = await asAgent(await anAgent());
  await refused("PUT /calendar", { calendar }, [403, "forbidden"], { headers });
});

test("ten who set them at once leave one calendar", async () => {
  const headers = await asSupervisor();
  const send = () => api("PUT /calendar", { calendar }, { headers });
  const answers = await Promise.all(Array.from({ length: 10 }, () => untilAnswered(send)));
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
  expect(await db.deskCalendar.count()).toBe(1);
});

test("a holiday that is set after promises for that day were made names how many there are, until they are moved", async () => {
  const headers = await asSupervisor();
  const before = (await api("PUT /calendar", { calendar }, { headers })).body;
  expect(before).not.toHaveProperty("whenClosed");
  const userId = await aUser({ timeZone: "Europe/London" });
  const ids: number[] = [];
  for (const hour of [11, 15]) {
    const promised = { userId, scheduledFor: `2026-03-03T${hour}:00:00Z` };
    ids.push((await promiseCallback(await aCtx(), promised)).id);
  }
  const closed = { ...calendar, holidays: [{ date: "2026-03-03", name: "Staff day" }] };
  const { body } = await api("PUT /calendar", { calendar: closed }, { headers });
  expect(body).toMatchObject({ whenClosed: { promises: 2, first: "2026-03-03T11:00:00.000Z" } });
  for (const callbackId of ids)
    await rescheduleCallback(await aCtx(), { callbackId, scheduledFor: "2026-03-04T11:00:00Z" });
  expect((await api("GET /calendar", undefined, { headers })).body).not.toHaveProperty("whenClosed");
});

test.each([
  ["25 december 11am", ["The desk is closed then: 25 December (Christmas Day)."]],
  ["sunday 11am", ["The desk is closed then: Sunday."]],
  ["tomorrow 6pm", ["The desk is closed then: it is open 09:00 to 17:00 on Tuesday."]],
  ["tomorrow 11am", []],
  [
    "tomorrow 11pm",
    ["The desk is closed then: it is open 09:00 to 17:00 on Tuesday.", "It is before 8:00 or after 21:00 there."],
  ],
])("for “%s” it is said what speaks against it, wherever it is promised", async (text, conflicts) => {
  const ctx = await aCtx(await open());
  const userId = await aUser({ timeZone: "Europe/London" });
  const when = await understandWhen(ctx, { userId, text });
  expect(when.conflicts).toEqual(conflicts);
  const { scheduledFor } = when;
  const { id: callbackId, ...promised } = await promiseCallback(ctx, { userId, scheduledFor });
  expect(promised.conflicts).toEqual(conflicts);
  const moved = await rescheduleCallback(ctx, { callbackId, scheduledFor });
  expect(moved.data.conflicts).toEqual(conflicts);
  const agentId = await anAgent();
  const gone = await anAgent({ name: "Ben", queues: ["unsigned_users"] });
  for (const [preferredAgentId, more] of [
    [undefined, []],
    [gone, ["Ben Able does not work the queue “Documents due”; somebody else will call."]],
  ] as const) {
    const call = { userId, agentId, direction: "inbound", status: "in_progress" } as const;
    const callSessionId = BigInt((await recordCall(ctx, call)).id);
    const outcomeType = "call_back";
    const callback = { scheduledFor, ...(preferredAgentId && { preferredAgentId }) };
    const outcome = { callSessionId, outcomeType, callback } as const;
    expect((await recordOutcome(ctx, outcome)).conflicts).toEqual([...conflicts, ...more]);
  }
});

test("a time that the desk chooses is one at which it is open and the user awake", async () => {
  const given = await open();
  const hours = new DecentHours((await aCtx(given)).limits);
  const next = (at: string, zone: string) => hours.next(new Date(at), zone).toISOString();
  expect(next("2026-03-06T17:00:00Z", "Europe/London")).toBe("2026-03-09T09:00:00.000Z");
  expect(next("2026-12-24T18:00:00Z", "Europe/London")).toBe("2026-12-28T09:00:00.000Z");
  expect(next("2026-03-03T10:00:00Z", "America/New_York")).toBe("2026-03-03T13:00:00.000Z");
  expect(next("2026-03-03T12:00:00Z", "Asia/Tokyo")).toBe("2026-03-04T09:00:00.000Z");
  await setClock("2026-03-06T16:55:00Z");
  const callbackId = await aCallback({ userId: await aUser({ timeZone: "Europe/London" }), inMinutes: -60 });
  const { data } = await snoozeCallback(await aCtx(given), { callbackId, snoozeMinutes: 10 });
  expect(data.newScheduledTime).toBe("2026-03-09T09:00:00.000Z");
});

test("a desk that closes at 00:00 is open to the end of the day, round the clock from 00:00 on", async () => {
  const late = {
    ...calendar,
    week: [{ opens: "12:00", closes: "00:00" }, { opens: "00:00", closes: "00:00" }, ...week.slice(2)],
  };
  expect((await api("PUT /calendar", { calendar: late }, { headers: await asSupervisor() })).body).toMatchObject({
    calendar: late,
  });
  const ctx = await aCtx({ limits: { calendar: late } });
  const userId = await aUser({ timeZone: "Europe/London" });
  const conflicts = async (text: string) => (await understandWhen(ctx, { userId, text })).conflicts;
  for (const text of ["today 8:59 pm", "tomorrow 8am", "tomorrow 8pm"]) expect(await conflicts(text), text).toEqual([]);
  expect(await conflicts("wednesday 8am")).toEqual([
    "The desk is closed then: it is open 09:00 to 17:00 on Wednesday.",
  ]);
  const next = (at: string) => new DecentHours(ctx.limits).next(new Date(at), "Asia/Tokyo").toISOString();
  expect(next("2026-03-02T23:59:00Z")).toBe("2026-03-02T23:59:00.000Z");
  expect(next("2026-03-03T23:59:00Z")).toBe("2026-03-03T23:59:00.000Z");
});

test("a desk that opens at 22:00 and closes at 06:00 is open through the night, also into a holiday, and closed in the night of one", async () => {
  const [evening, night] = [
    { opens: "19:00", closes: "02:00" },
    { opens: "22:00", closes: "06:00" },
  ];
  const nights = { ...calendar, week: [evening, night, null, night, night, night, null] };
  expect((await api("PUT /calendar", { calendar: nights }, { headers: await asSupervisor() })).status).toBe(200);
  const { calendar: stored } = await currentLimits(db);
  const given = { limits: { calendar: stored, decentHoursFrom: 0, decentHoursTo: 24 } };
  const ctx = await aCtx(given);
  const userId = await aUser({ timeZone: "Europe/London" });
  for (const [text, conflicts] of [
    ["today 11:30 pm", []],
    ["tomorrow 1:59 am", []],
    ["tomorrow 2 am", ["The desk is closed then: it is open from 22:00 on Tuesday to 06:00 on Wednesday."]],
    ["wednesday 5:59 am", []],
    ["wednesday 6 am", ["The desk is closed then: it is open from 22:00 on Tuesday to 06:00 on Wednesday."]],
    ["sunday 3 am", []],
    ["sunday 11 pm", ["The desk is closed then: it is open from 22:00 on Saturday to 06:00 on Sunday."]],
    ["24 december 11 pm", []],
    ["25 december 5:59 am", []],
    ["25 december 11 pm", ["The desk is closed then: 25 December (Christmas Day)."]],
    ["26 december 3 am", ["The desk is closed then: 25 December (Christmas Day)."]],
    ["26 december 11 pm", []],
  ] as const) {
    expect((await understandWhen(ctx, { userId, text })).conflicts, text).toEqual(conflicts);
  }
  const next = (at: string) => new DecentHours(ctx.limits).next(new Date(at), "Asia/Tokyo").toISOString();
  expect(next("2026-03-04T05:30:00Z")).toBe("2026-03-04T05:30:00.000Z");
  expect(next("2026-03-04T06:00:00Z")).toBe("2026-03-05T22:00:00.000Z");
  expect(next("2026-12-25T07:00:00Z")).toBe("2026-12-26T22:00:00.000Z");
  await setClock("2026-03-04T05:55:00Z");
  const callbackId = await aCallback({ userId, inMinutes: -60 });
  const { data } = await snoozeCallback(await aCtx(given), { callbackId, snoozeMinutes: 10 });
  expect(data.newScheduledTime).toBe("2026-03-05T22:00:00.000Z");
});

test("where the desk is never open while the user is awake, the hours of the user count", async () => {
  const night = { ...calendar, week: Array(7).fill({ opens: "02:00", closes: "03:00" }) };
  const { limits } = await aCtx({ limits: { calendar: night } });
  const at = new Date("2026-03-03T22:00:00Z");
  expect(new DecentHours(limits).next(at, "Europe/London").toISOString()).toBe("2026-03-04T08:00:00.000Z");
});
