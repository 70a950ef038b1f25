import { expect, test } from "vitest";
import { getCallback, importUsers, promiseCallback, rescheduleCallback, understandWhen } from "#modules/callbacks";
import { takeNext } from "#modules/calls";
import { seeDesk, tellStory } from "#modules/desk";
import { anAgent, tick, aUser } from "#tests/factories/desk";
import { aCtx } from "#tests/setup/ctx";
import { db } from "#tests/setup/database";

const userId = 5001n;
type Given = { phone?: string; timeZone?: string };

async function imported({ phone = "+1 415 555 0100", ...zone }: Given = {}, deskTimeZone = "UTC"): Promise<void> {
  const user = { id: userId, firstName: "Uma", lastName: "User", phone, ...zone };
  await importUsers(await aCtx({ limits: { deskTimeZone } }), { users: [user] });
}

test("a user without a zone is stored as unknown, and read in the zone of the number, else in that of the desk", async () => {
  const zones = async () => {
    const { timeZone, zoneGuess } = await db.user.findUniqueOrThrow({ where: { id: userId } });
    return [timeZone, zoneGuess];
  };
  await imported();
  expect(await zones()).toEqual([null, "America/Chicago"]);
  await imported({ phone: "no number yet, room 12" });
  expect(await zones()).toEqual([null, "UTC"]);
  await imported({}, "America/Chicago");
  expect(await zones()).toEqual([null, "America/Chicago"]);
  await imported({ phone: "+44 20 7946 0001" });
  expect(await zones()).toEqual([null, "Europe/London"]);
  await imported({ timeZone: "Europe/Paris" });
  await imported({ phone: "+44 20 7946 0001" });
  expect(await zones()).toEqual(["Europe/Paris", "Europe/London"]);
});

test("a promise on the clock of somebody whose zone is unknown says in which zone it was read", async () => {
  await imported({}, "America/Los_Angeles");
  const scheduledFor = "2026-03-03T15:00";
  const read = ["The zone of this person is not known; read as America/Los_Angeles."];
  expect(await promiseCallback(await aCtx(), { userId, scheduledFor })).toMatchObject({
    promisedZone: "America/Los_Angeles",
    scheduledFor: "2026-03-03T23:00:00.000Z",
    conflicts: read,
  });
  const said = { userId, scheduledFor, timeZone: "Europe/London" };
  const early = ["It is before 8:00 or after 21:00 there."];
  expect((await promiseCallback(await aCtx(), said)).conflicts).toEqual(early);
  expect((await promiseCallback(await aCtx(), { userId, scheduledFor: `${scheduledFor}Z` })).conflicts).toEqual(early);
  const when = await understandWhen(await aCtx(), { userId, text: "thursday 3pm" });
  expect(when).toMatchObject({ timeZone: "America/Los_Angeles", isZoneKnown: false, conflicts: read });
  const named = await understandWhen(await aCtx(), { userId, text: "thursday 6pm London time" });
  expect(named).toMatchObject({ timeZone: "Europe/London", isZoneKnown: true, conflicts: [] });
});

test("a promise on a number of another country says when it is night there, and one on a number of the user's country does not", async () => {
  await imported({ phone: "+44 20 7946 0001", timeZone: "Europe/London" });
  const conflicts = async (phone: string | undefined, time: string) =>
    (await promiseCallback(await aCtx(), { userId, scheduledFor: `2026-03-03T${time}`, ...(phone && { phone }) }))
      .conflicts;
  const night = ["In the country of this number it is 01:00 then (Asia/Tokyo)."];
  expect(await conflicts("+81 3 1234 5678", "16:00")).toEqual(night);
  expect(await conflicts("+81 3 1234 5678", "10:00")).toEqual([]);
  // A country with several clocks does not say what time it is; the user's own number follows the zone that is known.
  expect(await conflicts("+1 212 555 0100", "09:00")).toEqual([]);
  expect(await conflicts("+44 7700 900123", "12:30")).toEqual([]);
  expect(await conflicts(undefined, "14:30")).toEqual([]);
  const { id } = await promiseCallback(await aCtx(), {
    userId,
    scheduledFor: "2026-03-05T11:00",
    phone: "+81 3 1234 5678",
  });
  const moved = { callbackId: id, scheduledFor: "2026-03-06T16:00", reason: "asked for it" };
  expect((await rescheduleCallback(await aCtx(), moved)).data.conflicts).toEqual(night);
});

test("every view of a user with an unknown zone says so", async () => {
  const ann = await anAgent();
  await imported({ phone: "+44 20 7946 0001" });
  const { id } = await promiseCallback(await aCtx(), { userId, scheduledFor: "2026-03-02T09:00" });
  await tick();
  const unknown = { timeZone: "Europe/London", isZoneKnown: false };
  expect((await seeDesk(await aCtx(), { agentId: ann, timeZone: "UTC" })).hero?.user).toMatchObject(unknown);
  expect((await tellStory(await aCtx(), { userId })).user).toMatchObject(unknown);
  expect(await getCallback(await aCtx(), { id })).toMatchObject({ isZoneKnown: false });
  expect((await takeNext(await aCtx(), { agentId: ann })).next?.user).toMatchObject(unknown);
});

test("a promise for a time that has passed says so, and one that a slightly slow clock sends for now does not", async () => {
  const ctx = await aCtx();
  const userId = await aUser({ timeZone: "Europe/London" });
  const at = (seconds: number) => new Date(ctx.now.getTime() + seconds * 1_000).toISOString();
  const conflicts = async (seconds: number) =>
    (await promiseCallback(ctx, { userId, scheduledFor: at(seconds) })).conflicts;
  expect(await conflicts(-120)).toEqual(["This time has passed already; the callback is due at once."]);
  expect(await conflicts(-30)).toEqual([]);
});
