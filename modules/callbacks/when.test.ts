import { expect, test } from "vitest";
import { understandWhen } from "#modules/callbacks";
import { recordCall } from "#modules/calls";
import { aCallback, anAgent, aUser } from "#tests/factories/desk";
import { aCtx } from "#tests/setup/ctx";
import { advance, setClock } from "#tests/setup/database";

const when = async (text: string, timeZone = "Europe/London") =>
  understandWhen(await aCtx(), { userId: await aUser({ timeZone }), text });

// The clock reads Monday 2 March 2026, 9:00 in London and 4:00 in New York.
test.each([
  ["tomorrow 3pm", "Europe/London", "2026-03-03T15:00:00.000Z"],
  ["tomorrow 3pm", "America/New_York", "2026-03-03T20:00:00.000Z"],
  ["in 2 hours", "America/New_York", "2026-03-02T11:00:00.000Z"],
  ["friday at 10", "Europe/London", "2026-03-06T10:00:00.000Z"],
  ["next monday 9:30", "Australia/Melbourne", "2026-03-08T22:30:00.000Z"],
  ["16:45", "Europe/London", "2026-03-02T16:45:00.000Z"],
  ["8am", "Europe/London", "2026-03-03T08:00:00.000Z"],
  ["3 april 14:00", "Europe/London", "2026-04-03T13:00:00.000Z"],
])("“%s” to a user in %s is %s", async (text, timeZone, instant) => {
  expect((await when(text, timeZone)).scheduledFor).toBe(instant);
});

test("a time in the doubled hour of autumn is its first pass, and it is said; a span passes through both", async () => {
  await setClock("2026-10-25T00:40:00Z");
  const first = await when("1:50am");
  expect(first.scheduledFor).toBe("2026-10-25T00:50:00.000Z");
  expect(first.conflicts).toContain("The clocks change then: 01:50 comes twice on that day; the first was taken.");
  const span = await when("in 60 minutes");
  expect([span.scheduledFor, span.local]).toEqual(["2026-10-25T01:40:00.000Z", "2026-10-25T01:40:00"]);
  expect(span.conflicts.filter((one) => one.includes("clocks"))).toEqual([]);
});

test("a time in the missing hour of spring moves forward, and it is said", async () => {
  await setClock("2026-03-28T12:00:00Z");
  const { scheduledFor, local, conflicts } = await when("tomorrow 1:30am");
  expect([scheduledFor, local]).toEqual(["2026-03-29T01:30:00.000Z", "2026-03-29T02:30:00"]);
  expect(conflicts).toContain("The clocks change then: 01:30 does not exist on that day.");
});

test("words that are no time, and times that cannot be promised, are refused with a sentence", async () => {
  await expect(when("whenever you like")).rejects.toMatchObject({ code: "invalid_input" });
  await expect(when("3 april 2031 at 3pm")).rejects.toMatchObject({ code: "invalid_input" });
  await expect(when("3 weeks ago")).rejects.toMatchObject({ code: "invalid_input" });
});

test("it says how full the quarter of an hour is, and the objections to the time", async () => {
  const userId = await aUser({ timeZone: "Europe/London" });
  const id = await aCallback({ userId, inMinutes: 70 });
  await aCallback({ inMinutes: 65 });
  await aCallback({ inMinutes: 80 });
  const ctx = await aCtx();
  expect(await understandWhen(ctx, { userId, text: "10:14" })).toMatchObject({
    promisesThen: 2,
    conflicts: [`Callback ${id} is promised to the same user within the hour.`],
  });
  expect((await understandWhen(ctx, { userId, text: "tonight at 11pm" })).conflicts).toEqual([
    "It is before 8:00 or after 21:00 there.",
  ]);
});

test("a time is understood out of their own call of the last day, when its user has left the desk, and out of no other", async () => {
  const [ann, ben, userId] = [await anAgent(), await anAgent(), await aUser()];
  const call = { direction: "inbound", status: "completed", durationSeconds: 60 } as const;
  const { id } = await recordCall(await aCtx(), { userId, agentId: ann, ...call });
  await advance({ minutes: 5 });
  // The next call: the first user is at the desk no more.
  await recordCall(await aCtx(), { userId: await aUser(), agentId: ann, ...call });
  const ask = async (agentId: number, originalCallSessionId?: bigint) =>
    understandWhen(await aCtx({ actor: { kind: "agent", agentId, accountId: "a" } }), {
      userId,
      text: "tomorrow 3pm",
      originalCallSessionId,
    }).then(
      ({ scheduledFor }) => scheduledFor,
      ({ code }) => code,
    );
  expect(await ask(ann)).toBe("not_found");
  expect(await ask(ann, BigInt(id))).toBe("2026-03-03T15:00:00.000Z");
  expect(await ask(ben, BigInt(id))).toBe("not_found");
  await advance({ minutes: 24 * 60 });
  expect(await ask(ann, BigInt(id))).toBe("not_found");
});
