import { expect, test } from "vitest";
import { getCallback, releaseCallback, skipNext } from "#modules/callbacks";
import { takeNext } from "#modules/calls";
import { seeDesk, tellStory } from "#modules/desk";
import { atOnce } from "#tests/factories/at-once";
import { aCallback, anAgent, aRegularEntry, aUser, everybodyIsAlive, liveEntries, tick } from "#tests/factories/desk";
import { expectInvariants } from "#tests/factories/invariants";
import { aCtx } from "#tests/setup/ctx";
import { advance, connectTest, db } from "#tests/setup/database";

const heroOf = async (agentId: number) => (await seeDesk(await aCtx(), { agentId, timeZone: "UTC" })).hero;
const reason = "speaks Dutch only";

/** Ann's next call: offered to her, accepted by her, in line for anybody, or of the regular queue. */
const OFFERS = {
  "a callback that is offered": (ann: number, userId: bigint) => aCallback({ preferredAgentId: ann, userId }),
  "a callback that was accepted": (ann: number, userId: bigint) => aCallback({ acceptedBy: ann, userId }),
  "somebody of the regular queue": (_: number, userId: bigint) => aRegularEntry(userId),
};

test.each(Object.entries(OFFERS))(
  "%s is skipped with a reason: a colleague is offered it at once, not the same agent for ten minutes, and the story says why",
  async (_, offer) => {
    const [ann, userId] = [await anAgent({ name: "Ann" }), await aUser()];
    await offer(ann, userId);
    await tick();
    const hero = await heroOf(ann);
    const { data } = await skipNext(await aCtx(), { agentId: ann, queueEntryId: hero!.queueEntryId!, reason });
    expect(data.userId).toBe(String(userId));
    expect(await heroOf(ann)).toBeNull();
    await tick();
    expect((await takeNext(await aCtx(), { agentId: ann })).next).toBeNull();
    const ben = await anAgent({ name: "Ben", status: "break" });
    expect(await heroOf(ben)).toMatchObject({ user: { id: String(userId) }, why: `Ann Able skipped it: ${reason}` });
    const { story } = await tellStory(await aCtx(), { userId });
    expect(story.find(({ kind }) => kind === "skipped")).toMatchObject({
      who: "Ann Able",
      text: expect.stringContaining(reason),
    });
    await expectInvariants();
    await advance({ minutes: 10 });
    await everybodyIsAlive();
    await tick();
    expect(await heroOf(ann)).toMatchObject({ user: { id: String(userId) } });
  },
);

test("a skipped call keeps the callbacks of its entry, and costs no attempt", async () => {
  const [ann, userId] = [await anAgent(), await aUser()];
  const [first, second] = [
    await aCallback({ preferredAgentId: ann, userId }),
    await aCallback({ preferredAgentId: ann, userId, inMinutes: 1 }),
  ];
  await tick();
  const [entry] = await liveEntries();
  await skipNext(await aCtx(), { agentId: ann, queueEntryId: entry!.id, reason });
  expect(await liveEntries()).toMatchObject([{ callbackId: first, named: [second], status: "pending", agentId: null }]);
  expect(await getCallback(await aCtx(), { id: first })).toMatchObject({ status: "pending", attempts: 0, snoozes: 0 });
});

test("only an offered call can be skipped: none under way, given back or with a colleague", async () => {
  const [ann, ben] = [await anAgent(), await anAgent()];
  const callbackId = await aCallback({ acceptedBy: ann });
  const [entry] = await liveEntries();
  const skip = async (agentId: number) => skipNext(await aCtx(), { agentId, queueEntryId: entry!.id, reason });
  await expect(skip(ben)).rejects.toMatchObject({ code: "not_found" });
  await releaseCallback(await aCtx(), { callbackId, agentId: ann });
  await expect(skip(ann)).rejects.toMatchObject({ code: "not_found" });
  const regular = await aRegularEntry(await aUser(), { score: -3_000 });
  await takeNext(await aCtx(), { agentId: ben });
  await expect(skipNext(await aCtx(), { agentId: ben, queueEntryId: regular, reason })).rejects.toMatchObject({
    code: "not_found",
  });
});

test("an agent is never in a call with somebody whom the same agent has skipped at the same moment", async () => {
  const [ann, ben] = [await anAgent(), await anAgent()];
  const ctx = await aCtx({ db: connectTest({ poolSize: 6 }) });
  for (let n = 0; n < 5; n += 1) {
    await aCallback({ preferredAgentId: ann, userId: await aUser() });
    await aRegularEntry(await aUser());
  }
  await tick();
  const entries = await liveEntries();
  await atOnce<unknown>([
    ...entries.map(
      ({ id }) =>
        () =>
          skipNext(ctx, { agentId: ann, queueEntryId: id, reason }),
    ),
    () => takeNext(ctx, { agentId: ann }),
    () => takeNext(ctx, { agentId: ben }),
  ]);
  const ofAnn = await db.callSession.findMany({ where: { agentId: ann } });
  for (const { queueEntryId, callbackId } of ofAnn) {
    const entry = await db.callQueue.findUniqueOrThrow({ where: { id: queueEntryId! } });
    const callback = await db.callback.findUnique({ where: { id: callbackId ?? 0 } });
    expect([entry.skippedByAgentId, callback?.releasedByAgentId ?? null]).toEqual([null, null]);
  }
  await expectInvariants();
});
