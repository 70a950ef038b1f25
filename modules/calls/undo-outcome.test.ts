import { beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { execute, query, sql } from "#lib/database/sql";
import { decideStatus } from "#modules/agents";
import { getCallback, reassignCallbacks } from "#modules/callbacks";
import { recordCall, recordOutcome, takeNext, undoOutcome } from "#modules/calls";
import type { RecordOutcomeInput } from "#schema/calls";
import { atOnce } from "#tests/factories/at-once";
import { aCallback, anAgent, aRegularEntry, aUser, everybodyIsAlive, tick } from "#tests/factories/desk";
import { expectInvariants } from "#tests/factories/invariants";
import { aCtx } from "#tests/setup/ctx";
import { advance, db } from "#tests/setup/database";

const asAgent = (agentId: number) => aCtx({ actor: { kind: "agent", agentId, accountId: "of the tests" } });

let ann: number;
let ben: number;
let userId: bigint;
beforeEach(async () => {
  ann = await anAgent({ name: "Ann" });
  ben = await anAgent({ name: "Ben", status: "break" });
  userId = await aUser();
});

/** Ann's next call. */
async function call(): Promise<bigint> {
  const { next } = await takeNext(await aCtx(), { agentId: ann });
  return BigInt(next!.callSessionId);
}

/** A call for two promises to one user, the second of which is covered by it. */
async function coveringCall(): Promise<{ callSessionId: bigint; own: number; other: number }> {
  const own = await aCallback({ userId, inMinutes: -5 });
  const other = await aCallback({ userId });
  await tick();
  return { callSessionId: await call(), own, other };
}

type Given = Omit<RecordOutcomeInput, "callSessionId">;

async function record(callSessionId: bigint, given: Given) {
  return recordOutcome(await asAgent(ann), { callSessionId, ...given });
}

async function undo(callSessionId: bigint, outcomeType: Given["outcomeType"] = "answered") {
  return undoOutcome(await asAgent(ann), { callSessionId, outcomeType });
}

const stays = (because: string) => ({ code: "wrong_state", message: `The outcome stays: ${because}.` });

/** Every row that an outcome may change, without the times of last changes. */
async function everything(): Promise<unknown> {
  const [row] = await query(
    db,
    z.object({ rows: z.unknown() }),
    sql`SELECT jsonb_build_object(
          'callbacks', (SELECT jsonb_agg(callback_state(c) ORDER BY id) FROM callbacks c WHERE status <> 'cancelled'),
          'entries', (SELECT jsonb_agg(to_jsonb(q) ORDER BY id) FROM call_queue q),
          'calls', (SELECT jsonb_agg(to_jsonb(s) ORDER BY id) FROM call_sessions s),
          'known', (SELECT jsonb_agg(to_jsonb(k) - 'updated_at' ORDER BY user_id) FROM user_call_scores k WHERE total_attempts > 0),
          'agents', (SELECT jsonb_agg(jsonb_build_array(agent_id, status, after_call) ORDER BY id) FROM agent_sessions)) AS rows`,
  );
  return row!.rows;
}

const LATER = "2026-03-03T10:00:00Z";
type Begun = { callSessionId: bigint; given: Given };
const outcomes: [string, () => Promise<Begun>][] = [
  [
    "a conversation that covered another promise",
    async () => ({ callSessionId: (await coveringCall()).callSessionId, given: { outcomeType: "answered" } }),
  ],
  [
    "an unanswered call to somebody who was called before",
    async () => {
      await execute(
        db,
        sql`INSERT INTO user_call_scores (user_id, next_call_after, total_attempts, last_outcome, updated_at)
            VALUES (${userId}, ringback_now() + interval '1 hour', 3, 'busy', ringback_now())`,
      );
      return {
        callSessionId: (await coveringCall()).callSessionId,
        given: { outcomeType: "no_answer", notes: "rang" },
      };
    },
  ],
  [
    "a new promise, and another time for what the call covered",
    async () => {
      const { callSessionId, other } = await coveringCall();
      const stillOpen = [{ callbackId: other, scheduledFor: LATER }];
      return { callSessionId, given: { outcomeType: "call_back", callback: { scheduledFor: LATER }, stillOpen } };
    },
  ],
  [
    "the last attempt of an accepted promise, by an agent who takes a break after the call",
    async () => {
      await aCallback({ userId, acceptedBy: ann, maxAttempts: 1 });
      const callSessionId = await call();
      await decideStatus(await aCtx(), { agentId: ann, status: "break" });
      return { callSessionId, given: { outcomeType: "busy" } };
    },
  ],
  [
    "a regular call",
    async () => {
      await aRegularEntry(userId);
      return { callSessionId: await call(), given: { outcomeType: "not_interested" } };
    },
  ],
  [
    "a conversation that the telephone has ended, about a promise that was accepted",
    async () => {
      const callbackId = await aCallback({ userId, acceptedBy: ann, inMinutes: 300 });
      const inbound = { userId, agentId: ann, direction: "inbound" as const, twilioCallSid: "CA1" };
      const { id } = await recordCall(await aCtx(), { ...inbound, status: "in_progress" });
      await advance({ seconds: 5 });
      await recordCall(await aCtx(), { ...inbound, status: "completed" });
      return { callSessionId: BigInt(id), given: { outcomeType: "answered", callbackId } };
    },
  ],
  [
    "a call that was over when it was reported, and never was at a desk",
    async () => {
      const inbound = { userId, agentId: ann, direction: "inbound" as const, twilioCallSid: "CA2" };
      const { id } = await recordCall(await aCtx(), { ...inbound, status: "missed" });
      return { callSessionId: BigInt(id), given: { outcomeType: "no_answer", notes: "rang" } };
    },
  ],
];
test.each(outcomes)("%s: an outcome that is taken back leaves everything as it was before", async (_, begin) => {
  const { callSessionId, given } = await begin();
  const before = await everything();
  await advance({ seconds: 30 });
  await record(callSessionId, given);
  expect(await everything()).not.toEqual(before);
  await advance({ seconds: 8 });
  const answer = await undo(callSessionId, given.outcomeType);
  expect(answer.message).toBe("The outcome is taken back: the call waits for another.");
  expect(await everything()).toEqual(before);
  await expectInvariants();
  // A second undo changes nothing, and the next outcome that is recorded counts.
  expect(await undo(callSessionId, given.outcomeType)).toEqual(answer);
  await record(callSessionId, { outcomeType: "answered", notes: "as it really was" });
  await expectInvariants();
});

test("that an outcome was taken back is in the story of each promise and in the audit", async () => {
  const { callSessionId, own, other } = await coveringCall();
  const { newCallbackId } = await record(callSessionId, { outcomeType: "answered", callback: { scheduledFor: LATER } });
  await undo(callSessionId);
  const last = async (id: number) => (await getCallback(await aCtx(), { id })).events.at(-1);
  const why = "The outcome was taken back; it is as it was before.";
  for (const id of [own, other])
    expect(await last(id)).toMatchObject({ type: "outcome_undone", actor: `agent ${ann}`, toStatus: "pending", why });
  expect(await last(newCallbackId!)).toMatchObject({ why: "The outcome that promised it was taken back." });
  const audit = await query(
    db,
    z.object({ actor: z.string(), subject: z.string(), details: z.unknown() }),
    sql`SELECT actor, subject, details FROM audit_entries WHERE action = 'call.outcome_undone'`,
  );
  expect(audit).toEqual([
    { actor: `agent ${ann}`, subject: `call ${callSessionId}`, details: { outcomeType: "answered" } },
  ]);
});

const SOON = "2026-03-02T09:00:30Z";
const follows: [string, Given, (promised: number, own: number) => Promise<unknown>, string][] = [
  [
    "the new promise was changed",
    { outcomeType: "call_back", callback: { scheduledFor: LATER } },
    async (promised) => reassignCallbacks(await aCtx(), { callbackIds: [promised], agentId: ben }),
    "meanwhile a promise has been changed or queued, or a text about it is on its way",
  ],
  [
    "the new promise is in the queue",
    { outcomeType: "call_back", callback: { scheduledFor: SOON } },
    () => tick(),
    "meanwhile a promise has been changed or queued, or a text about it is on its way",
  ],
  [
    "the user is called again",
    { outcomeType: "call_back", callback: { scheduledFor: SOON } },
    async () => [await tick(), await advance({ seconds: 40 }), await call()],
    "meanwhile this person is called again, or you are in another call",
  ],
  [
    "the agent has another call",
    { outcomeType: "answered" },
    async () => [await aCallback({ acceptedBy: ann }), await call()],
    "meanwhile this person is called again, or you are in another call",
  ],
  [
    "the user is in the queue for something else",
    { outcomeType: "answered" },
    async () => aRegularEntry(userId),
    "meanwhile this person or you are in another call, or in the queue",
  ],
  [
    "it was long ago",
    { outcomeType: "answered" },
    async () => [await advance({ seconds: 61 }), await everybodyIsAlive()],
    "it was recorded more than 60 s ago",
  ],
  [
    "the number asked not to be called",
    { outcomeType: "do_not_call" },
    () => Promise.resolve(),
    "the number is marked; a supervisor can lift the mark on the page of the customer",
  ],
];
test.each(follows)("an outcome stays when %s, and the refusal says so", async (_, given, follow, because) => {
  const own = await aCallback({ userId, preferredAgentId: ann });
  await tick();
  const callSessionId = await call();
  const { newCallbackId } = await record(callSessionId, given);
  await follow(newCallbackId ?? 0, own);
  const before = await everything();
  await expect(undo(callSessionId, given.outcomeType)).rejects.toMatchObject(stays(because));
  expect(await everything()).toEqual(before);
});

test("an undo names its outcome: it undoes no other outcome, and none of a call given back, or of a colleague", async () => {
  const { callSessionId } = await coveringCall();
  await record(callSessionId, { outcomeType: "answered" });
  await expect(undo(callSessionId, "busy")).rejects.toMatchObject(stays("another one was recorded meanwhile"));
  await expect(undoOutcome(await asAgent(ben), { callSessionId, outcomeType: "answered" })).rejects.toMatchObject({
    code: "not_found",
  });
  // A call that was given back while its agent was away, and has its outcome late.
  await aCallback({ acceptedBy: ann });
  const left = await call();
  await advance({ hours: 1 });
  await tick();
  await record(left, { outcomeType: "answered" });
  await expect(undo(left)).rejects.toMatchObject(stays("the call had been given back before it was recorded"));
});

test("an outcome stays once an earlier call of the person got its own, late: the effect of that on the score is not lost", async () => {
  await aCallback({ userId, acceptedBy: ann });
  const left = await call();
  await advance({ hours: 1 });
  await tick();
  await everybodyIsAlive();
  await tick();
  const callSessionId = await call();
  await record(callSessionId, { outcomeType: "no_answer" });
  await record(left, { outcomeType: "busy" });
  const before = await everything();
  await expect(undo(callSessionId, "no_answer")).rejects.toMatchObject(
    stays("meanwhile this person is called again, or you are in another call"),
  );
  expect(await everything()).toEqual(before);
});

test("an undo and a simultaneous change come wholly before or after each other", async () => {
  const rivals: (() => Promise<unknown>)[] = [
    () => tick(),
    () => call(),
    async () => reassignCallbacks(await aCtx(), { callbackIds: [waiting], agentId: null }),
  ];
  let waiting = 0;
  for (const rival of rivals) {
    await aCallback({ userId, acceptedBy: ann });
    const callSessionId = await call();
    waiting = await aCallback({ preferredAgentId: ann });
    await record(callSessionId, { outcomeType: "call_back", callback: { scheduledFor: SOON } });
    const isOpen = async () => {
      const [row] = await query(
        db,
        z.object({ isOpen: z.boolean() }),
        sql`SELECT outcome_at IS NULL AS "isOpen" FROM call_sessions WHERE id = ${callSessionId}`,
      );
      return row!.isOpen;
    };
    const { won, refused } = await atOnce<unknown>([
      () => undo(callSessionId, "call_back"),
      () => undo(callSessionId, "call_back"),
      () => rival().catch(() => null),
    ]);
    // Both undos did the same: the second of them found it done, or both were refused.
    expect([[], ["wrong_state", "wrong_state"]]).toContainEqual(refused);
    expect(await isOpen()).toBe(won.length === 3);
    await expectInvariants();
    userId = await aUser();
    await finish();
  }
});

/** Gives every open call of Ann an outcome. */
async function finish(): Promise<void> {
  const open = await query(
    db,
    z.object({ id: z.bigint() }),
    sql`SELECT id FROM call_sessions WHERE agent_id = ${ann} AND outcome_at IS NULL`,
  );
  for (const { id } of open) await record(id, { outcomeType: "answered" });
}
