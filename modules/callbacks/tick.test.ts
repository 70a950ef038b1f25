import { expect, test } from "vitest";
import { execute, sql } from "#lib/database/sql";
import { logOut } from "#modules/agents";
import { acceptCallback, getCallback, markWrongNumber, scheduleCallback } from "#modules/callbacks";
import { runTick } from "#modules/calls";
import { aCtx } from "#tests/setup/ctx";
import { violations } from "#tests/factories/invariants";
import { advance, connectTest, db } from "#tests/setup/database";
import { aCallback, anAgent, aRegularEntry, aUser, everybodyIsAlive, liveEntries, tick } from "#tests/factories/desk";
import { failingPool, type Watch } from "../../tests/faults/failing-pool.ts";

test("a callback due now is queued for the preferred agent at -1000, with the reason", async () => {
  const ann = await anAgent({ name: "Ann" });
  await anAgent({ name: "Ben" });
  const id = await aCallback({ preferredAgentId: ann });
  const answer = await tick();
  expect(answer.results).toMatchObject({
    processed: 1,
    notified: 1,
    routed: 0,
    errors: 0,
    overdue: 0,
    upcoming: 1,
    unassigned: 0,
  });
  expect(await liveEntries()).toMatchObject([
    { callbackId: id, agentId: ann, score: -1000, status: "assigned", why: "Ann Able was asked for and is available." },
  ]);
  const story = await getCallback(await aCtx(), { id });
  expect(story.events.map((event) => event.type)).toEqual(["created", "queued"]);
});

test("the same tick twice leaves the rows of one", async () => {
  await anAgent();
  await aCallback();
  await tick();
  const before = await liveEntries();
  expect((await tick()).results).toMatchObject({ processed: 1, notified: 0 });
  expect(await liveEntries()).toEqual(before);
});

test.each([
  ["one millisecond beyond the lead time waits for the next tick", 6 * 60_000 + 1, 0],
  ["exactly at the lead time is taken", 6 * 60_000, 1],
  ["just inside the lead time is taken", 6 * 60_000 - 1, 1],
])("a callback %s", async (_title, ms, taken) => {
  await anAgent();
  await aCallback({ inMinutes: ms / 60_000 });
  expect((await tick()).results.processed).toBe(taken);
});

test("100 callbacks due at once over 10 free agents give 10 each", async () => {
  const agents: number[] = [];
  for (let n = 0; n < 10; n += 1) agents.push(await anAgent());
  for (let n = 0; n < 100; n += 1) await aCallback();
  await tick();
  const counts = Map.groupBy(await liveEntries(), (entry) => entry.agentId);
  expect(agents.map((id) => counts.get(id)?.length)).toEqual(Array(10).fill(10));
});

test("a tick is six statements when nothing is due, and as many for twenty callbacks as for one", async () => {
  const watch: Watch = { statements: [], fault: null };
  const ctx = await aCtx({ db: connectTest({ Pool: failingPool(watch) }) });
  const statements = async (): Promise<number> => {
    watch.statements.length = 0;
    await runTick(ctx, { source: "cron" });
    return watch.statements.length;
  };
  await anAgent();
  expect(await statements()).toBe(6);
  await aCallback();
  const forOne = await statements();
  for (let n = 0; n < 20; n += 1) await aCallback();
  expect(await statements()).toBe(forOne);
  expect(await liveEntries()).toHaveLength(21);
});

test("beyond the cap the surplus waits unassigned", async () => {
  const ann = await anAgent();
  for (let n = 0; n < 12; n += 1) await aCallback({ preferredAgentId: ann });
  expect((await tick()).results).toMatchObject({ notified: 12, unassigned: 2 });
  const mine = (await liveEntries()).filter((entry) => entry.agentId === ann);
  expect(mine).toHaveLength(10);
});

test("a user with two due callbacks gets one entry that names the other", async () => {
  await anAgent();
  const userId = await aUser();
  const first = await aCallback({ userId, inMinutes: -5 });
  const second = await aCallback({ userId });
  expect((await tick()).ledger).toMatchObject({ due: 2, newlyQueued: 1, alreadyQueued: 1 });
  expect(await liveEntries()).toMatchObject([{ callbackId: first, named: [second] }]);
});

test("the user's own regular entry gives way", async () => {
  await anAgent();
  const userId = await aUser();
  await aRegularEntry(userId);
  const id = await aCallback({ userId });
  await tick();
  expect(await liveEntries()).toMatchObject([{ callbackId: id, score: -1000 }]);
});

test("with nobody here it waits at the front, and moves to an agent at the next tick that finds one", async () => {
  const id = await aCallback();
  expect((await tick()).results).toMatchObject({ notified: 1, unassigned: 1 });
  const [waiting] = await liveEntries();
  expect(waiting).toMatchObject({ callbackId: id, status: "pending", agentId: null });
  const ann = await anAgent();
  await tick();
  expect(await liveEntries()).toMatchObject([{ id: waiting?.id, agentId: ann, status: "assigned" }]);
});

test("an entry of an agent who logged out goes to another at the next tick, the same entry", async () => {
  const ann = await anAgent({ name: "Ann" });
  const id = await aCallback({ preferredAgentId: ann });
  await tick();
  const ben = await anAgent({ name: "Ben" });
  await logOut(await aCtx(), { agentId: ann });
  expect((await tick()).results).toMatchObject({ rerouted: 1, routed: 1 });
  expect(await liveEntries()).toMatchObject([{ callbackId: id, agentId: ben }]);
});

test.each([
  ["just before the grace time a silent agent keeps the entry", 119_999, false],
  ["at the grace time the agent keeps it", 120_000, false],
  ["just after it the entry goes to another", 120_001, true],
])("%s", async (_title, milliseconds, moves) => {
  const ann = await anAgent();
  const id = await aCallback({ preferredAgentId: ann });
  await tick();
  const ben = await anAgent();
  await advance({ milliseconds });
  await execute(db, sql`UPDATE agent_sessions SET last_activity = ringback_now() WHERE agent_id = ${ben}`);
  await tick();
  expect(await liveEntries()).toMatchObject([{ callbackId: id, agentId: moves ? ben : ann }]);
});

test("an entry of an agent who became inactive goes to another at the next tick", async () => {
  const ann = await anAgent();
  await aCallback({ preferredAgentId: ann });
  await tick();
  const ben = await anAgent();
  await execute(db, sql`UPDATE agents SET is_active = false, inactive_since = ringback_now() WHERE id = ${ann}`);
  await tick();
  expect(await liveEntries()).toMatchObject([{ agentId: ben }]);
});

test("an AI agent gets only callbacks that ask for it", async () => {
  const ai = await anAgent({ isAiAgent: true });
  const asked = await aCallback({ preferredAgentId: ai });
  const other = await aCallback();
  await tick();
  expect(await liveEntries()).toMatchObject([
    { callbackId: asked, agentId: ai },
    { callbackId: other, agentId: null },
  ]);
});

test("a clock set back changes nothing that was queued", async () => {
  await anAgent();
  await aCallback();
  await tick();
  const before = await liveEntries();
  await advance({ hours: -2 });
  await tick();
  expect(await liveEntries()).toEqual(before);
});

test("an accepted callback outlives its agent's silence by the accepted grace, then goes back to routing", async () => {
  const ann = await anAgent({ name: "Ann" });
  const id = await aCallback({ acceptedBy: ann });
  const ben = await anAgent({ name: "Ben" });
  await advance({ seconds: 599 });
  await execute(db, sql`UPDATE agent_sessions SET last_activity = ringback_now() WHERE agent_id = ${ben}`);
  await tick();
  expect(await liveEntries()).toMatchObject([{ callbackId: id, agentId: ann, score: -2000 }]);
  await advance({ seconds: 1 });
  await tick();
  expect(await liveEntries()).toMatchObject([{ callbackId: id, agentId: ben, score: -1000 }]);
  expect((await getCallback(await aCtx(), { id })).status).toBe("pending");
});

test("an unknown user and a do-not-call user are one failure each, and stop nobody else; three ticks running set them aside", async () => {
  await anAgent();
  const blocked = await aUser();
  const gone = await aUser();
  const refused = await aCallback({ userId: blocked });
  const orphan = await aCallback({ userId: gone });
  const fine = await aCallback();
  await execute(db, sql`UPDATE users SET do_not_call = true WHERE id = ${blocked}`);
  await execute(db, sql`DELETE FROM users WHERE id = ${gone}`);
  for (const kind of ["refused", "refused", "quarantined", "quarantined"]) {
    const answer = await tick();
    expect(answer.failures).toMatchObject([
      { callbackId: refused, code: "do_not_call", kind },
      { callbackId: orphan, code: "user_unknown", kind },
    ]);
    expect(answer.results.errors).toBe(2);
    await everybodyIsAlive();
  }
  expect(await liveEntries()).toMatchObject([{ callbackId: fine }]);
  await execute(db, sql`UPDATE users SET do_not_call = false WHERE id = ${blocked}`);
  expect((await tick()).results.notified).toBe(1);
});

test("do-not-call takes an accepted callback that is not yet due back to pending, together with its entry", async () => {
  const ann = await anAgent();
  const userId = await aUser();
  const accepted = await aCallback({ userId, inMinutes: 5 });
  await tick();
  await acceptCallback(await aCtx(), { callbackId: accepted, agentId: ann });
  const due = await aCallback({ userId });
  await execute(db, sql`UPDATE users SET do_not_call = true WHERE id = ${userId}`);
  expect((await tick()).failures).toMatchObject([{ callbackId: due, code: "do_not_call" }]);
  expect(await violations()).toEqual([]);
  expect((await getCallback(await aCtx(), { id: accepted })).status).toBe("pending");
  await execute(db, sql`UPDATE users SET do_not_call = false WHERE id = ${userId}`);
  await tick();
  await acceptCallback(await aCtx(), { callbackId: accepted, agentId: ann });
  expect(await violations()).toEqual([]);
});

test("an accepted callback stays with its agent while a due promise of the same user names another number that is wrong", async () => {
  const ann = await anAgent();
  const userId = await aUser();
  const accepted = await aCallback({ userId, inMinutes: 5 });
  await acceptCallback(await aCtx(), { callbackId: accepted, agentId: ann });
  const ctx = await aCtx();
  const { id: due } = await scheduleCallback(ctx, {
    userId,
    scheduledFor: ctx.now.toISOString(),
    phone: "+442079460999",
  });
  await tick();
  await markWrongNumber(await aCtx(), { userId, number: "+442079460999" });
  expect((await tick()).failures).toMatchObject([{ callbackId: due, code: "wrong_number" }]);
  expect(await liveEntries()).toMatchObject([{ callbackId: accepted, agentId: ann, named: [], score: -2000 }]);
  expect((await getCallback(await aCtx(), { id: accepted })).status).toBe("accepted");
  expect(await violations()).toEqual([]);
});

test("a decision that would leave an accepted callback without its entry is left out alone, and nothing of it is written", async () => {
  const ann = await anAgent();
  const userId = await aUser({ id: 666n });
  const accepted = await aCallback({ userId, inMinutes: 5 });
  await acceptCallback(await aCtx(), { callbackId: accepted, agentId: ann });
  await aCallback({ userId });
  const fine = await aCallback();
  await execute(db, sql`UPDATE users SET do_not_call = true WHERE id = 666`);
  // This trigger drops one write of a decision without an error.
  await execute(db, sql`CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$`);
  await execute(
    db,
    sql`CREATE TRIGGER forget BEFORE UPDATE ON callbacks FOR EACH ROW
        WHEN (OLD.status = 'accepted' AND NEW.status = 'pending') EXECUTE FUNCTION forget()`,
  );
  try {
    expect((await tick()).failures).toMatchObject([{ code: "write_failed" }]);
    expect(await violations()).toEqual([]);
    expect((await liveEntries()).map((entry) => entry.callbackId).sort()).toEqual([accepted, fine].sort());
  } finally {
    await execute(db, sql`DROP FUNCTION forget CASCADE`);
  }
});

test("a row the database will not write is left out alone, and set aside after three ticks", async () => {
  await anAgent();
  const bad = await aUser({ id: 666n });
  const poisoned = await aCallback({ userId: bad });
  const others = [await aCallback(), await aCallback(), await aCallback()];
  await execute(db, sql`ALTER TABLE call_queue ADD CONSTRAINT poison CHECK (user_id <> 666)`);
  try {
    expect((await tick()).failures).toMatchObject([{ callbackId: poisoned, code: "write_failed", kind: "refused" }]);
    expect((await liveEntries()).map((entry) => entry.callbackId).sort()).toEqual(others.sort());
    await tick();
    expect((await tick()).failures).toMatchObject([{ callbackId: poisoned, kind: "quarantined" }]);
    expect((await tick()).ledger).toMatchObject({ due: 4, alreadyQueued: 3, quarantined: 1 });
  } finally {
    await execute(db, sql`ALTER TABLE call_queue DROP CONSTRAINT poison`);
  }
});
