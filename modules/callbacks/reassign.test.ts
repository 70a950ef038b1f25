import { expect, test } from "vitest";
import { execute, sql } from "#lib/database/sql";
import { listAgents } from "#modules/agents";
import { takeNext } from "#modules/calls";
import { cancelCallback, getCallback, moveCallbacks, reassignCallbacks, undoMove } from "#modules/callbacks";
import { aCallback, anAgent, aUser, liveEntries, tick } from "#tests/factories/desk";
import { expectInvariants } from "#tests/factories/invariants";
import { aCtx } from "#tests/setup/ctx";
import { advance, db } from "#tests/setup/database";

const eventsOf = async (id: number) => (await getCallback(await aCtx(), { id })).events;

test("a due callback goes to the new agent in the same request, and the story names both agents", async () => {
  const ann = await anAgent({ name: "Ann" });
  const ids = [await aCallback({ preferredAgentId: ann }), await aCallback({ preferredAgentId: ann })];
  await tick();
  const ben = await anAgent({ name: "Ben" });
  const { data, message } = await reassignCallbacks(await aCtx(), { callbackIds: ids, agentId: ben });
  expect([data.reassigned, message]).toEqual([2, "2 callbacks moved to Ben Able."]);
  expect((await liveEntries()).map(({ agentId, score }) => [agentId, score])).toEqual([
    [ben, -1000],
    [ben, -1000],
  ]);
  expect((await eventsOf(ids[0]!)).slice(2)).toMatchObject([
    {
      type: "reassigned",
      why: "Moved from Ann Able to Ben Able.",
      actor: "service",
      data: { fromAgentId: ann, toAgentId: ben },
    },
    { type: "rerouted", why: "Ben Able was asked for and is available." },
  ]);
  await expectInvariants();
});

test("an accepted one is given back first, also when its time has not come", async () => {
  const [ann, ben] = [await anAgent(), await anAgent()];
  const [due, early] = [
    await aCallback({ acceptedBy: ann, preferredAgentId: ann }),
    await aCallback({ acceptedBy: ann, inMinutes: 60 }),
  ];
  await reassignCallbacks(await aCtx(), { callbackIds: [due, early], agentId: ben });
  expect(await liveEntries()).toMatchObject([{ callbackId: due, agentId: ben, score: -1000 }]);
  expect(await getCallback(await aCtx(), { id: early })).toMatchObject({
    status: "pending",
    preferredAgentId: ben,
    acceptedByAgentId: null,
  });
  await expectInvariants();
});

test("the agent who accepted a callback keeps it when it becomes that agent's promise", async () => {
  const ann = await anAgent();
  const id = await aCallback({ acceptedBy: ann });
  await reassignCallbacks(await aCtx(), { callbackIds: [id], agentId: ann });
  expect(await getCallback(await aCtx(), { id })).toMatchObject({ status: "accepted", preferredAgentId: ann });
  expect((await reassignCallbacks(await aCtx(), { callbackIds: [id], agentId: ann })).data.reassigned).toBe(0);
  expect(await eventsOf(id)).toHaveLength(3);
  await expectInvariants();
});

test("back to routing it does not return to whom it was taken from", async () => {
  const ann = await anAgent({ name: "Ann" });
  const id = await aCallback({ preferredAgentId: ann });
  await tick();
  await reassignCallbacks(await aCtx(), { callbackIds: [id], agentId: null });
  expect(await liveEntries()).toMatchObject([{ callbackId: id, agentId: null, status: "pending" }]);
  expect((await takeNext(await aCtx(), { agentId: ann })).next).toBeNull();
  const ben = await anAgent();
  await tick();
  expect(await liveEntries()).toMatchObject([{ callbackId: id, agentId: ben }]);
  expect((await eventsOf(id))[2]?.why).toBe("Moved from Ann Able back to routing.");
  await expectInvariants();
});

test("an agent who gave it back gets it all the same when a supervisor says so", async () => {
  const [ann, ben] = [await anAgent(), await anAgent()];
  const id = await aCallback();
  await tick();
  await reassignCallbacks(await aCtx(), { callbackIds: [id], agentId: ben });
  await reassignCallbacks(await aCtx(), { callbackIds: [id], agentId: ann });
  expect(await liveEntries()).toMatchObject([{ callbackId: id, agentId: ann }]);
  await expectInvariants();
});

test("a new agent who is away gets the promise, and a free agent the call", async () => {
  const ann = await anAgent({ name: "Ann" });
  const id = await aCallback({ preferredAgentId: ann });
  await tick();
  const away = await anAgent({ name: "Ben", status: "break" });
  const cas = await anAgent({ name: "Cas" });
  await reassignCallbacks(await aCtx(), { callbackIds: [id], agentId: away });
  expect(await liveEntries()).toMatchObject([{ callbackId: id, agentId: cas }]);
  expect(await getCallback(await aCtx(), { id })).toMatchObject({ preferredAgentId: away, agentName: "Cas Able" });
  await expectInvariants();
});

test("another due callback of the same user keeps its place in the call", async () => {
  const [ann, ben] = [await anAgent(), await anAgent()];
  const userId = await aUser();
  const first = await aCallback({ userId, acceptedBy: ann, inMinutes: 2 });
  const second = await aCallback({ userId });
  await tick();
  await reassignCallbacks(await aCtx(), { callbackIds: [first], agentId: ben });
  const [entry, ...others] = await liveEntries();
  expect(others).toEqual([]);
  expect([entry?.callbackId, ...(entry?.named ?? [])].sort()).toEqual([first, second]);
  await expectInvariants();
});

test("all or none: unknown, settled and called ones are refused by name", async () => {
  const [ann, ben] = [await anAgent(), await anAgent()];
  const ctx = await aCtx();
  const [open, settled, called] = [await aCallback(), await aCallback(), await aCallback({ acceptedBy: ann })];
  await cancelCallback(ctx, { callbackId: settled, reason: "moved away" });
  await takeNext(ctx, { agentId: ann });
  const refused = (ids: number[], agentId: number | null = ben) =>
    expect(reassignCallbacks(ctx, { callbackIds: [open, ...ids], agentId })).rejects;
  await refused([98, 99]).toMatchObject({ code: "not_found", message: expect.stringContaining("98, 99") });
  await refused([settled]).toMatchObject({ code: "wrong_state", details: { callbackIds: [settled] } });
  await refused([called]).toMatchObject({ code: "user_on_call", details: { callbackIds: [called] } });
  await refused([], 99).toMatchObject({ code: "not_found" });
  await execute(db, sql`UPDATE agents SET is_active = false, inactive_since = ringback_now() WHERE id = ${ben}`);
  await refused([]).toMatchObject({ code: "agent_not_here" });
  expect(await eventsOf(open)).toHaveLength(1);
});

test("all callbacks that an ill agent owns, accepted or has in the queue go to another; those in a call stay", async () => {
  const ann = await anAgent({ name: "Ann" });
  const inCall = await aCallback({ acceptedBy: ann });
  await takeNext(await aCtx(), { agentId: ann });
  const accepted = await aCallback({ acceptedBy: ann });
  const later = await aCallback({ preferredAgentId: ann, inMinutes: 600 });
  const ben = await anAgent({ name: "Ben" });
  const other = await aCallback({ preferredAgentId: ben });
  const answer = await moveCallbacks(await aCtx(), { agentId: ann, toAgentId: ben });
  expect(answer).toMatchObject({
    message: `2 callbacks moved to Ben Able. Callback ${inCall} is being called at this moment and stays.`,
    data: { moved: 2, inCall: [inCall] },
  });
  for (const id of [accepted, later, other])
    expect((await getCallback(await aCtx(), { id })).preferredAgentId).toBe(ben);
  expect((await moveCallbacks(await aCtx(), { agentId: ann, toAgentId: ben })).data.moved).toBe(0);
  await expectInvariants();
});

test.each(["another agent", "routing"])(
  "as many callbacks of an agent move to %s as the list of agents counts, also those that another one's call settles",
  async (receiver) => {
    const cas = await anAgent({ status: "break" });
    const ann = await anAgent();
    const userId = await aUser();
    for (const preferredAgentId of [ann, cas]) await aCallback({ userId, preferredAgentId });
    await aCallback({ userId });
    await tick();
    expect(await liveEntries()).toMatchObject([{ agentId: ann, named: [expect.any(Number), expect.any(Number)] }]);
    const ben = await anAgent();
    const counted = async () => {
      const { agents } = await listAgents(await aCtx(), { limit: 10 });
      return agents.find(({ id }) => id === ann)!.openCallbacks;
    };
    const toAgentId = receiver === "routing" ? null : ben;
    expect(await counted()).toBe(3);
    const { data } = await moveCallbacks(await aCtx(), { agentId: ann, toAgentId });
    expect(data.moved).toBe(3);
    if (toAgentId !== null) expect(await counted()).toBe(0);
    await expectInvariants();
    const back = await undoMove(await aCtx(), { callbackIds: data.callbackIds, moved: "reassigned" });
    expect([back.data.callbackIds, await counted()]).toEqual([data.callbackIds, 3]);
    await expectInvariants();
  },
);

test("back in routing, a promise of another agent stays that agent's promise", async () => {
  const cas = await anAgent({ status: "break" });
  const ann = await anAgent();
  const [own, ofCas] = [await aCallback({ preferredAgentId: ann }), await aCallback({ preferredAgentId: cas })];
  await tick();
  expect((await liveEntries()).map(({ agentId }) => agentId)).toEqual([ann, ann]);
  expect((await moveCallbacks(await aCtx(), { agentId: ann, toAgentId: null })).data.moved).toBe(2);
  expect((await liveEntries()).map(({ agentId }) => agentId)).toEqual([null, null]);
  expect((await getCallback(await aCtx(), { id: own })).preferredAgentId).toBeNull();
  expect((await getCallback(await aCtx(), { id: ofCas })).preferredAgentId).toBe(cas);
  await expect(moveCallbacks(await aCtx(), { agentId: ann, toAgentId: ann })).rejects.toMatchObject({
    code: "invalid_input",
  });
  await expect(moveCallbacks(await aCtx(), { agentId: 99, toAgentId: null })).rejects.toMatchObject({
    code: "not_found",
  });
  await advance({ minutes: 1 });
  await tick();
  await expectInvariants();
});

test("an agent whose lapsed call is ended by moving a promise of its user is free at once", async () => {
  const [ann, ben] = [await anAgent(), await anAgent()];
  const userId = await aUser();
  const first = await aCallback({ userId });
  await tick();
  await takeNext(await aCtx(), { agentId: ann });
  await advance({ hours: 3 });
  const second = await aCallback({ userId, preferredAgentId: ben });
  await cancelCallback(await aCtx(), { callbackId: first, reason: "not needed" }).catch(() => undefined);
  await reassignCallbacks(await aCtx(), { callbackIds: [second], agentId: null });
  await expectInvariants();
});
