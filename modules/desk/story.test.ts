import { expect, test } from "vitest";
import { lookUpUser } from "#modules/call-queue";
import { allowCalls, importUsers } from "#modules/callbacks";
import { recordCall, recordOutcome, takeNext } from "#modules/calls";
import { tellStory } from "#modules/desk";
import type { Actor } from "#lib/base/context";
import { aCallback, anAgent, aUser, tick } from "#tests/factories/desk";
import { aCtx } from "#tests/setup/ctx";
import { advance } from "#tests/setup/database";

const agent = (agentId: number): Actor => ({ kind: "agent", agentId, accountId: "a" });

test("the story holds what happened with a user, the newest first, with names, reasons and notes", async () => {
  const ann = await anAgent({ name: "Ann" });
  const userId = await aUser();
  await aCallback({ userId, acceptedBy: ann });
  await advance({ minutes: 1 });
  const { next } = await takeNext(await aCtx(), { agentId: ann });
  const began = (await tellStory(await aCtx(), { userId })).story;
  expect(began.map(({ kind }) => kind)).toEqual(["call_started", "accepted", "created"]);
  await advance({ minutes: 2 });
  await recordOutcome(await aCtx(), {
    callSessionId: BigInt(next!.callSessionId),
    outcomeType: "answered",
    notes: "has the letter",
  });
  const { user, story } = await tellStory(await aCtx(), { userId });
  expect(user).toMatchObject({ id: String(userId), name: "Uma User", doNotCall: false });
  expect(story.map(({ kind }) => kind)).toEqual(["completed", "call", "call_started", "accepted", "created"]);
  expect(story[1]).toMatchObject({ who: "Ann Able", text: "Was called: answered.", notes: "has the letter" });
});

test("a user's story is open while the user is at the agent's desk, and closes with the next call", async () => {
  const [ann, ben] = [await anAgent(), await anAgent()];
  const userId = await aUser();
  await aCallback({ userId, preferredAgentId: ann });
  const seen = async (agentId: number) =>
    tellStory(await aCtx({ actor: agent(agentId) }), { userId }).then(
      ({ story }) => story.length,
      ({ code }) => code,
    );
  expect([await seen(ann), await seen(ben)]).toEqual(["not_found", "not_found"]);
  await tick();
  expect([await seen(ann), await seen(ben)]).toEqual([2, "not_found"]);
  const { next } = await takeNext(await aCtx(), { agentId: ann });
  expect(await seen(ann)).toBe(3);
  await recordOutcome(await aCtx(), { callSessionId: BigInt(next!.callSessionId), outcomeType: "answered" });
  expect([await seen(ann), await seen(ben)]).toEqual([5, "not_found"]);
  await advance({ minutes: 1 });
  await recordCall(await aCtx(), { userId: await aUser(), agentId: ann, direction: "inbound", status: "in_progress" });
  expect(await seen(ann)).toBe("not_found");
  await recordCall(await aCtx(), { userId, agentId: ben, direction: "inbound", status: "in_progress" });
  expect([await seen(ann), await seen(ben)]).toEqual(["not_found", 6]);
});

test("a user of another desk is refused in the words of one that does not exist", async () => {
  const [ann, userId] = [await anAgent(), await aUser()];
  const words = async (id: bigint) =>
    tellStory(await aCtx({ actor: agent(ann) }), { userId: id }).catch(({ message }) => message.replace(id, "ID"));
  expect(await words(userId)).toBe(await words(99n));
});

test("of a user who was only looked up the notes of other agents' calls are not shown", async () => {
  const [ann, ben] = [await anAgent(), await anAgent()];
  const userId = await aUser({ phone: "+1 555 0142" });
  const call = async (agentId: number, notes: string) => {
    await advance({ minutes: 1 });
    const made = { userId, agentId, direction: "inbound", status: "completed", durationSeconds: 1 } as const;
    const { id } = await recordCall(await aCtx(), made);
    await recordOutcome(await aCtx(), { callSessionId: BigInt(id), outcomeType: "answered", notes });
  };
  await call(ann, "mine");
  await call(ben, "CONFIDENTIAL");
  await advance({ minutes: 1 });
  await recordCall(await aCtx(), { userId: await aUser(), agentId: ann, direction: "inbound", status: "missed" });
  await lookUpUser(await aCtx({ actor: agent(ann) }), { agentId: ann, phone: "+15550142" });
  const notes = async (id: bigint) =>
    (await tellStory(await aCtx({ actor: agent(ann) }), { userId: id })).story.map((one) => one.notes);
  expect(await notes(userId)).toEqual([null, "mine"]);
  await advance({ minutes: 1 });
  await recordCall(await aCtx(), { userId, agentId: ann, direction: "inbound", status: "in_progress" });
  expect(await notes(userId)).toEqual([null, "CONFIDENTIAL", "mine"]);
});

test("every number has its mark with author and reason, and a lifted one the person who lifted it", async () => {
  const userId = await aUser({ phone: "+442079460001" });
  await importUsers(await aCtx(), {
    users: [
      {
        id: userId,
        firstName: "Uma",
        lastName: "User",
        phone: "+442079460001",
        phones: [{ number: "+442079460002", label: "office" }],
        timeZone: "UTC",
      },
    ],
  });
  const ann = await anAgent({ name: "Ann" });
  const numbers = async () => (await tellStory(await aCtx(), { userId })).numbers;
  expect(await numbers()).toMatchObject([
    { phone: "+442079460001", mark: null, lifted: null, dialLink: "tel:+442079460001" },
    { phone: "+442079460002", label: "office", mark: null },
  ]);
  await aCallback({ userId, acceptedBy: ann });
  const { next } = await takeNext(await aCtx({ actor: agent(ann) }), { agentId: ann });
  await recordOutcome(await aCtx({ actor: agent(ann) }), {
    callSessionId: BigInt(next!.callSessionId),
    outcomeType: "do_not_call",
  });
  expect((await numbers())[0]).toMatchObject({ mark: { kind: "do_not_call", by: "Ann Able" }, lifted: null });
  await allowCalls(await aCtx(), { userId, reason: "asked for it in writing" });
  expect((await numbers())[0]).toMatchObject({ mark: null, lifted: { why: "asked for it in writing" } });
});
