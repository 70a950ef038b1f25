import { expect, test } from "vitest";
import { takeNext } from "#modules/calls";
import { cancelCallback, getCallback, rescheduleCallback } from "#modules/callbacks";
import { erasePerson } from "#modules/personal-data";
import { aCallback, anAgent, aUser, liveEntries, tick } from "#tests/factories/desk";
import { expectInvariants } from "#tests/factories/invariants";
import { placesOf } from "#tests/factories/words";
import { aCtx } from "#tests/setup/ctx";
import { START } from "#tests/setup/database";

const at = (minutes: number) => new Date(START.getTime() + minutes * 60_000).toISOString();

test("the promise is for the new time, in the user's wall clock, and leaves the queue until then", async () => {
  const ann = await anAgent();
  const id = await aCallback({ userId: await aUser({ timeZone: "America/New_York" }), acceptedBy: ann });
  const { message, data } = await rescheduleCallback(await aCtx(), {
    callbackId: id,
    scheduledFor: "2026-03-02T15:00",
    reason: "asked for the afternoon",
  });
  expect(message).toBe("Promised for 2026-03-02 15:00 (America/New_York).");
  expect(data).toMatchObject({ status: "pending", scheduledFor: "2026-03-02T20:00:00.000Z" });
  expect(await liveEntries()).toEqual([]);
  const story = await getCallback(await aCtx(), { id });
  expect(story).toMatchObject({
    status: "pending",
    acceptedByAgentId: null,
    scheduledFor: "2026-03-02T20:00:00.000Z",
    promisedFor: "2026-03-02T20:00:00.000Z",
    promisedLocal: "2026-03-02T15:00:00",
    promisedZone: "America/New_York",
  });
  expect(story.events.at(-1)).toMatchObject({
    type: "rescheduled",
    why: "Promised anew for 2026-03-02 15:00 (America/New_York): asked for the afternoon",
    data: { from: at(0), to: "2026-03-02T20:00:00.000Z" },
  });
  await expectInvariants();
});

test("a wall clock that is skipped or repeated when the clocks change comes with a sentence, and an instant does not", async () => {
  const callbackId = await aCallback({ userId: await aUser({ timeZone: "Europe/London" }) });
  const objections = async (scheduledFor: string) =>
    (await rescheduleCallback(await aCtx(), { callbackId, scheduledFor })).data.conflicts.filter((one) =>
      one.includes("clocks"),
    );
  expect(await objections("2026-03-29T01:30")).toEqual(["The clocks change then: 01:30 does not exist on that day."]);
  expect(await objections("2026-10-25T01:30")).toEqual([
    "The clocks change then: 01:30 comes twice on that day; the first was taken.",
  ]);
  expect(await objections("2026-03-29T01:30:00Z")).toEqual([]);
});

test("one that is due at its new time is in the queue at once", async () => {
  const ann = await anAgent();
  const id = await aCallback({ inMinutes: 300, preferredAgentId: ann });
  await rescheduleCallback(await aCtx(), { callbackId: id, scheduledFor: at(3) });
  expect(await liveEntries()).toMatchObject([{ callbackId: id, agentId: ann, availableFrom: new Date(at(3)) }]);
  await expectInvariants();
});

test("the other due callback of the user is covered in the same request", async () => {
  await anAgent();
  const userId = await aUser();
  const [first, second] = [await aCallback({ userId, inMinutes: -1 }), await aCallback({ userId })];
  await tick();
  await rescheduleCallback(await aCtx(), { callbackId: first, scheduledFor: at(90) });
  expect(await liveEntries()).toMatchObject([{ callbackId: second, named: [] }]);
  await expectInvariants();
});

test("unknown, settled and called ones are refused, and times that nobody can keep", async () => {
  const ann = await anAgent();
  const ctx = await aCtx();
  const refused = (callbackId: number, scheduledFor = at(60), timeZone?: string) =>
    expect(rescheduleCallback(ctx, { callbackId, scheduledFor, ...(timeZone && { timeZone }) })).rejects;
  const [open, settled, called] = [await aCallback(), await aCallback(), await aCallback({ acceptedBy: ann })];
  await cancelCallback(ctx, { callbackId: settled, reason: "moved away" });
  await takeNext(ctx, { agentId: ann });
  await refused(99).toMatchObject({ code: "not_found" });
  await refused(settled).toMatchObject({ code: "wrong_state" });
  await refused(called).toMatchObject({ code: "user_on_call" });
  await refused(open, at(-25 * 60)).toMatchObject({ code: "invalid_input" });
  await refused(open, "2026-03-02T15:00", "Mars/Olympus").toMatchObject({ code: "invalid_input" });
  expect((await getCallback(ctx, { id: open })).events).toHaveLength(1);
});

test("an erasure takes the words and the wall clock of every promise", async () => {
  const userId = await aUser({ timeZone: "Asia/Kathmandu" });
  const id = await aCallback({ userId });
  await rescheduleCallback(await aCtx(), { callbackId: id, scheduledFor: "2026-03-03T15:00", reason: "has a secret" });
  await rescheduleCallback(await aCtx(), { callbackId: id, scheduledFor: "2026-03-04T15:07" });
  await erasePerson(await aCtx(), { customerId: String(userId) });
  for (const word of ["secret", "Kathmandu", "15:07", "15:00:00"]) expect(await placesOf(word), word).toEqual([]);
  await expectInvariants();
});
