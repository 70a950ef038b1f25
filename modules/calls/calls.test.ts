import { describe, expect, test } from "vitest";
import { z } from "zod";
import { query, sql } from "#lib/database/sql";
import { timeWords } from "#lib/time/zone";
import { decideStatus } from "#modules/agents";
import { recordCall, recordOutcome, takeNext } from "#modules/calls";
import { cancelCallback, getCallback } from "#modules/callbacks";
import { erasePerson } from "#modules/personal-data";
import { aCallback, anAgent, aRegularEntry, aUser, everybodyIsAlive, liveEntries, tick } from "#tests/factories/desk";
import { violations } from "#tests/factories/invariants";
import { aCtx } from "#tests/setup/ctx";
import { advance, connectTest, db, emptyDatabase, setClock } from "#tests/setup/database";

/** Claims the agent's next call and returns its id. */
async function call(agentId: number): Promise<bigint> {
  const { next } = await takeNext(await aCtx(), { agentId });
  return BigInt(next?.callSessionId ?? 0);
}

const agentStatus = async (id: number): Promise<unknown> =>
  (await query(db, z.object({ status: z.string() }), sql`SELECT status FROM agent_presence WHERE agent_id = ${id}`))[0]
    ?.status;

test("an answered call completes the callback it came from, and frees the agent", async () => {
  const ann = await anAgent();
  const id = await aCallback({ acceptedBy: ann });
  const callSessionId = await call(ann);
  expect(await agentStatus(ann)).toBe("on_call");
  const answer = await recordOutcome(await aCtx(), { callSessionId, outcomeType: "answered", notes: "all well" });
  expect(answer).toMatchObject({
    callback: { id, status: "completed", attempts: 1 },
    newCallbackId: null,
    openCallbacks: [],
  });
  expect(await liveEntries()).toEqual([]);
  expect(await agentStatus(ann)).toBe("available");
  const story = await getCallback(await aCtx(), { id });
  expect(story.events.map(({ type }) => type)).toEqual(["created", "accepted", "call_started", "completed"]);
});

test("an outcome settles no promise of the user that lies ahead, and says that it is open", async () => {
  const ann = await anAgent();
  const userId = await aUser();
  const first = await aCallback({ userId, inMinutes: -2 });
  const ahead = await aCallback({ userId, inMinutes: 100 });
  await tick();
  const answer = await recordOutcome(await aCtx(), { callSessionId: await call(ann), outcomeType: "answered" });
  expect(answer).toMatchObject({
    message: "Recorded. The promise is kept. The user has other open callbacks.",
    callback: { id: first, status: "completed" },
    openCallbacks: [{ id: ahead }],
  });
  await tick();
  expect(await liveEntries()).toEqual([]);
});

test.each(["no_answer", "busy", "voicemail"] as const)(
  "%s tries the callback again after the pause, and fails it when the attempts are spent",
  async (outcomeType) => {
    const ann = await anAgent();
    const id = await aCallback({ preferredAgentId: ann });
    for (const attempt of [1, 2]) {
      await tick();
      const answer = await recordOutcome(await aCtx(), { callSessionId: await call(ann), outcomeType });
      const now = await advance({ minutes: 15 });
      expect(answer.message).toBe(`Recorded. It is tried again at ${timeWords(now, "UTC")}.`);
      expect(answer.callback).toEqual({ id, status: "pending", scheduledFor: now.toISOString(), attempts: attempt });
      await everybodyIsAlive();
    }
    await tick();
    const last = await recordOutcome(await aCtx(), { callSessionId: await call(ann), outcomeType });
    expect(last.callback).toMatchObject({ status: "failed", attempts: 3 });
    expect(last.message).toBe(`Recorded. Attempt 3 of 3: ${outcomeType.replaceAll("_", " ")}; no more attempts.`);
    const [score] = await query(
      db,
      z.object({ next: z.date().nullable() }),
      sql`SELECT next_call_after AS next FROM user_call_scores`,
    );
    expect(score?.next).toBeNull();
  },
);

test.each([
  [
    "late in the evening it waits for 8:00 of the next day",
    "2026-03-02T20:50:00Z",
    "Europe/London",
    "2026-03-03T08:00:00.000Z",
    ", because it is too late to call there 15 min after the call.",
  ],
  [
    "just before closing it stays",
    "2026-03-02T20:44:59Z",
    "Europe/London",
    "2026-03-02T20:59:59.000Z",
    "(Europe/London).",
  ],
  [
    "the user's clock counts, not ours",
    "2026-03-02T20:50:00Z",
    "America/New_York",
    "2026-03-02T21:05:00.000Z",
    "(America/New_York).",
  ],
  [
    "over the night of the clock change it is 8:00 of the new time",
    "2026-03-28T20:50:00Z",
    "Europe/London",
    "2026-03-29T07:00:00.000Z",
    ", because it is too late to call there 15 min after the call.",
  ],
  [
    "half-hour zones are kept",
    "2026-03-02T15:25:00Z",
    "Asia/Kolkata",
    "2026-03-03T02:30:00.000Z",
    ", because it is too late to call there 15 min after the call.",
  ],
])(
  "an unanswered call is tried again within the user's hours, and a time that was moved says why: %s",
  async (...row) => {
    const [, now, timeZone, expected, end] = row;
    await setClock(now);
    const ann = await anAgent();
    await aCallback({ userId: await aUser({ timeZone }), acceptedBy: ann });
    const answer = await recordOutcome(await aCtx(), { callSessionId: await call(ann), outcomeType: "no_answer" });
    expect(answer.callback?.scheduledFor).toBe(expected);
    expect(answer.message.endsWith(end)).toBe(true);
  },
);

test("call_back makes a new promise for the same agent and leaves it pending", async () => {
  const ann = await anAgent();
  const id = await aCallback({ acceptedBy: ann });
  const callSessionId = await call(ann);
  await expect(recordOutcome(await aCtx(), { callSessionId, outcomeType: "call_back" })).rejects.toMatchObject({
    code: "invalid_input",
  });
  const scheduledFor = "2026-03-02T23:30:00Z";
  const answer = await recordOutcome(await aCtx(), {
    callSessionId,
    outcomeType: "call_back",
    callback: { scheduledFor },
  });
  expect(answer.callback).toMatchObject({ id, status: "completed" });
  expect(await getCallback(await aCtx(), { id: answer.newCallbackId ?? 0 })).toMatchObject({
    status: "pending",
    preferredAgentId: ann,
    originalCallSessionId: String(callSessionId),
    scheduledFor: "2026-03-02T23:30:00.000Z",
  });
});

test("recording the same outcome twice is the same as once; another one second is refused", async () => {
  const ann = await anAgent();
  await aCallback({ acceptedBy: ann });
  const callSessionId = await call(ann);
  const once = await recordOutcome(await aCtx(), { callSessionId, outcomeType: "no_answer" });
  expect(await recordOutcome(await aCtx(), { callSessionId, outcomeType: "no_answer" })).toEqual(once);
  await expect(recordOutcome(await aCtx(), { callSessionId, outcomeType: "answered" })).rejects.toMatchObject({
    code: "outcome_differs",
  });
});

test("an outcome that is recorded again with other notes is refused, so that no words are lost unseen", async () => {
  const ann = await anAgent();
  await aCallback({ acceptedBy: ann });
  const outcome = { callSessionId: await call(ann), outcomeType: "answered" } as const;
  const first = await recordOutcome(await aCtx(), { ...outcome, notes: "has the letter", durationSeconds: 60 });
  for (const same of [{}, { notes: "" }, { notes: "has the letter" }, { durationSeconds: 61 }])
    expect(await recordOutcome(await aCtx(), { ...outcome, ...same })).toEqual(first);
  const other = recordOutcome(await aCtx(), { ...outcome, notes: "and wants a price" });
  await expect(other).rejects.toMatchObject({ code: "outcome_differs", details: { differs: ["notes"] } });
  const both = recordOutcome(await aCtx(), { ...outcome, outcomeType: "signed", notes: "and has signed" });
  await expect(both).rejects.toMatchObject({ details: { outcomeType: "answered", differs: ["outcomeType", "notes"] } });
  expect((await db.callSession.findFirstOrThrow()).notes).toBe("has the letter");
});

test("an answered inbound call completes the callback it names, else lists what is open", async () => {
  const ann = await anAgent();
  const userId = await aUser();
  const id = await aCallback({ userId });
  await tick();
  const inbound = async (): Promise<bigint> =>
    BigInt(
      (
        await recordCall(await aCtx(), {
          userId,
          agentId: ann,
          direction: "inbound",
          status: "completed",
          durationSeconds: 60,
        })
      ).id,
    );
  const unnamed = await recordOutcome(await aCtx(), { callSessionId: await inbound(), outcomeType: "answered" });
  expect(unnamed).toMatchObject({ callback: null, openCallbacks: [{ id }] });
  const named = await recordOutcome(await aCtx(), {
    callSessionId: await inbound(),
    outcomeType: "answered",
    callbackId: id,
  });
  expect(named).toMatchObject({ callback: { id, status: "completed", attempts: 0 }, openCallbacks: [] });
  expect(await liveEntries()).toEqual([]);
});

test("an inbound call cannot settle a promise to somebody else", async () => {
  const id = await aCallback();
  const { id: callId } = await recordCall(await aCtx(), {
    userId: await aUser(),
    direction: "inbound",
    status: "completed",
  });
  const wrong = recordOutcome(await aCtx(), { callSessionId: BigInt(callId), outcomeType: "answered", callbackId: id });
  await expect(wrong).rejects.toMatchObject({ code: "invalid_input" });
  expect((await getCallback(await aCtx(), { id })).status).toBe("pending");
});

test("after do_not_call the user is never offered again, even with an entry in the queue", async () => {
  const ann = await anAgent();
  const userId = await aUser();
  await aCallback({ userId, acceptedBy: ann });
  await recordOutcome(await aCtx(), { callSessionId: await call(ann), outcomeType: "do_not_call" });
  await aRegularEntry(userId);
  expect((await takeNext(await aCtx(), { agentId: ann })).next).toBeNull();
});

test("asking for the next call again before the outcome gets the same call", async () => {
  const ann = await anAgent();
  await aCallback();
  await aCallback();
  await tick();
  const first = await takeNext(await aCtx(), { agentId: ann });
  expect(await takeNext(await aCtx(), { agentId: ann })).toEqual(first);
});

test("calls come in order: score, own before unassigned, time, id; never another's, never early, never another queue", async () => {
  const ann = await anAgent();
  const ben = await anAgent({ queues: ["unsigned_users"] });
  const regular = await aRegularEntry(await aUser(), { score: 0, queueType: "unsigned_users" });
  const own = await aCallback({ preferredAgentId: ann });
  const late = await aCallback({ preferredAgentId: ann, inMinutes: -1 });
  const early = await aCallback({ preferredAgentId: ann, inMinutes: 3 });
  const accepted = await aCallback({ acceptedBy: ann, inMinutes: 300 });
  await tick();
  const order: unknown[] = [];
  for (;;) {
    const { next } = await takeNext(await aCtx(), { agentId: ann });
    if (!next) break;
    order.push(next.callbackId ?? `entry ${next.queueEntryId}`);
    await recordOutcome(await aCtx(), { callSessionId: BigInt(next.callSessionId as string), outcomeType: "answered" });
  }
  expect(order).toEqual([accepted, late, own, `entry ${regular}`]);
  expect((await takeNext(await aCtx(), { agentId: ben })).next).toBeNull();
  await advance({ minutes: 3 });
  expect((await takeNext(await aCtx(), { agentId: ann })).next).toMatchObject({ callbackId: early });
});

test("an agent who is not logged in gets no call", async () => {
  await expect(takeNext(await aCtx(), { agentId: await anAgent({ status: null }) })).rejects.toMatchObject({
    code: "agent_not_here",
  });
  await expect(takeNext(await aCtx(), { agentId: 99 })).rejects.toMatchObject({ code: "not_found" });
});

describe("an agent who went silent in a call", () => {
  /** Ann takes the call of a callback and closes her laptop; Ben comes, and the call is given back. */
  async function givenBack(): Promise<{ id: number; lost: bigint; ben: number }> {
    const ann = await anAgent({ name: "Ann" });
    const id = await aCallback({ preferredAgentId: ann });
    await tick();
    const lost = await call(ann);
    const ben = await anAgent({ name: "Ben", status: "break" });
    await advance({ minutes: 29 });
    await decideStatus(await aCtx(), { agentId: ben, status: "available" });
    await tick();
    expect(await liveEntries(), "a conversation outlasts a sleep of the laptop").toMatchObject([{ agentId: ann }]);
    await advance({ minutes: 1 });
    await tick();
    expect(await liveEntries()).toMatchObject([{ callbackId: id, agentId: ben, callSessionId: null }]);
    return { id, lost, ben };
  }
  const late = async (callSessionId: bigint) =>
    recordOutcome(await aCtx(), { callSessionId, outcomeType: "answered", notes: "will sign on Friday" });

  test("a late outcome is recorded with its notes, and settles the callback when nobody else has called", async () => {
    const { id, lost } = await givenBack();
    expect((await late(lost)).message).toContain("nobody else has called");
    expect(await getCallback(await aCtx(), { id })).toMatchObject({
      status: "completed",
      completedCallSessionId: String(lost),
    });
    expect(await liveEntries()).toEqual([]);
    expect(await db.callSession.findUnique({ where: { id: lost } })).toMatchObject({ notes: "will sign on Friday" });
    expect(await violations()).toEqual([]);
  });

  test.each([true, false])(
    "a late outcome keeps its notes and settles nothing once somebody else has called (over: %s)",
    async (isOver) => {
      const { id, lost, ben } = await givenBack();
      const second = await call(ben);
      if (isOver) await recordOutcome(await aCtx(), { callSessionId: second, outcomeType: "no_answer" });
      const before = await getCallback(await aCtx(), { id });
      expect((await late(lost)).message).toContain("Ben Able has called this user meanwhile");
      expect(await getCallback(await aCtx(), { id })).toEqual(before);
      expect(await db.callSession.findUnique({ where: { id: lost } })).toMatchObject({ notes: "will sign on Friday" });
      expect(await violations()).toEqual([]);
      if (!isOver) await recordOutcome(await aCtx(), { callSessionId: second, outcomeType: "answered" });
    },
  );

  test("a late outcome is recorded also when the callback was cancelled meanwhile", async () => {
    const { id, lost } = await givenBack();
    await cancelCallback(await aCtx(), { callbackId: id, reason: "wrote a letter" });
    expect((await late(lost)).message).toContain("The callback was cancelled meanwhile.");
    expect((await getCallback(await aCtx(), { id })).status).toBe("cancelled");
  });

  test.each(["answered", "no_answer", "do_not_call"] as const)(
    "the late outcome %s of a person whose data was erased is recorded without its notes, and says so; a repeat is the same",
    async (outcomeType) => {
      const { id, lost } = await givenBack();
      const { userId } = await getCallback(await aCtx(), { id });
      await erasePerson(await aCtx(), { customerId: userId });
      const send = async () =>
        recordOutcome(await aCtx(), { callSessionId: lost, outcomeType, notes: "her mother is Ada, 020 7946 0002" });
      const answer = await send();
      expect(answer.message).toContain("The data of this person was erased meanwhile, so the notes were not kept.");
      expect(await send()).toEqual(answer);
      expect(await db.callSession.findUnique({ where: { id: lost } })).toMatchObject({
        lastOutcomeType: outcomeType,
        notes: "Erased",
      });
      expect((await getCallback(await aCtx(), { id })).status).toBe("cancelled");
      expect(await violations()).toEqual([]);
    },
  );

  test("a person whose data was erased is promised nothing by a late outcome, which can be saved without the promise", async () => {
    const { id, lost } = await givenBack();
    const { userId } = await getCallback(await aCtx(), { id });
    await erasePerson(await aCtx(), { customerId: userId });
    const callback = { scheduledFor: "2026-03-05T10:00:00Z" };
    const refused = recordOutcome(await aCtx(), { callSessionId: lost, outcomeType: "call_back", callback });
    await expect(refused).rejects.toMatchObject({
      code: "do_not_call",
      message: expect.stringMatching(/erased meanwhile.*Save the call/),
    });
    expect((await late(lost)).message).toContain("The callback was cancelled meanwhile.");
    expect(await db.callback.count()).toBe(1);
  });

  test.each([false, true])(
    "a call that the telephone has ended is given back after the same time, and its outcome is recorded hours later (another has called: %s)",
    async (hasOther) => {
      const ann = await anAgent({ name: "Ann" });
      const userId = await aUser();
      const id = await aCallback({ userId, preferredAgentId: ann });
      await tick();
      const lost = await call(ann);
      const report = { userId, twilioCallSid: "CA1", direction: "outbound", agentId: ann } as const;
      await recordCall(await aCtx(), { ...report, status: "in_progress" });
      await recordCall(await aCtx(), { ...report, status: "completed", durationSeconds: 60 });
      await advance({ hours: 3 });
      const ben = await anAgent({ name: "Ben" });
      await tick();
      expect(await liveEntries()).toMatchObject([{ callbackId: id, agentId: ben, callSessionId: null }]);
      expect(await violations()).toEqual([]);
      const second = hasOther ? await call(ben) : null;
      const { message } = await late(lost);
      expect(message).toContain(hasOther ? "Ben Able has called this user meanwhile" : "nobody else has called");
      if (second) await recordOutcome(await aCtx(), { callSessionId: second, outcomeType: "no_answer" });
      expect(await db.callSession.findUnique({ where: { id: lost } })).toMatchObject({
        notes: "will sign on Friday",
        durationSeconds: 60,
      });
      expect((await getCallback(await aCtx(), { id })).status).toBe(hasOther ? "pending" : "completed");
      expect(await Promise.all([ann, ben].map(agentStatus))).toEqual(["available", "available"]);
      expect(await violations()).toEqual([]);
    },
  );

  test("of a late outcome and a new claim of the same moment, the callback has one settlement", async () => {
    const other = connectTest();
    for (let round = 0; round < 5; round += 1) {
      await emptyDatabase();
      const { id, lost, ben } = await givenBack();
      const [recorded, claimed] = await Promise.all([
        late(lost),
        takeNext(await aCtx({ db: other }), { agentId: ben }),
      ]);
      const { status } = await getCallback(await aCtx(), { id });
      expect(status).toBe(claimed.next === null ? "completed" : "pending");
      expect(recorded.message.includes("Ben Able has called")).toBe(claimed.next !== null);
      expect(await violations()).toEqual([]);
    }
  });

  test("a late wrong number marks nothing when a colleague has reached the person at that number since, and says so", async () => {
    const { lost, ben } = await givenBack();
    const { userId } = (await db.callSession.findUnique({ where: { id: lost } }))!;
    const promised = await aCallback({ userId, inMinutes: 300 });
    await recordOutcome(await aCtx(), { callSessionId: await call(ben), outcomeType: "answered" });
    await advance({ minutes: 3 });
    const { message } = await recordOutcome(await aCtx(), { callSessionId: lost, outcomeType: "wrong_number" });
    expect(message).toContain("This user was reached at this number since, so it is not marked as wrong.");
    await tick();
    expect(await getCallback(await aCtx(), { id: promised })).toMatchObject({ status: "pending", quarantinedAt: null });
    expect(await db.userCallScore.findUnique({ where: { userId } })).toMatchObject({ isActive: true });
    expect(await violations()).toEqual([]);
  });

  test("a late outcome does not shorten the rest that a later conversation has given the user", async () => {
    const { lost, ben } = await givenBack();
    const { userId } = (await db.callSession.findUnique({ where: { id: lost } }))!;
    await recordOutcome(await aCtx(), { callSessionId: await call(ben), outcomeType: "answered" });
    const learnt = await db.userCallScore.findUnique({ where: { userId } });
    await advance({ minutes: 3 });
    await recordOutcome(await aCtx(), { callSessionId: lost, outcomeType: "no_answer" });
    expect(await db.userCallScore.findUnique({ where: { userId } })).toMatchObject({
      nextCallAfter: learnt!.nextCallAfter,
      lastOutcome: "answered",
      totalAttempts: 2,
    });
  });

  test("a regular call goes back in line, and its late outcome closes it", async () => {
    const ann = await anAgent();
    const entry = await aRegularEntry(await aUser(), { score: 7 });
    const lost = await call(ann);
    await advance({ minutes: 30 });
    await tick();
    expect(await liveEntries()).toMatchObject([
      { id: entry, agentId: null, status: "pending", score: 7, callSessionId: null },
    ]);
    await late(lost);
    expect(await liveEntries()).toEqual([]);
  });
});

test("a wrong number is a promise that was not kept", async () => {
  const ann = await anAgent();
  const id = await aCallback({ preferredAgentId: ann });
  await tick();
  await recordOutcome(await aCtx(), { callSessionId: await call(ann), outcomeType: "wrong_number" });
  expect(await getCallback(await aCtx(), { id })).toMatchObject({ status: "failed", completedAt: null });
});

test("an inbound call nobody ended does not keep its user from being called for ever", async () => {
  const ann = await anAgent();
  const userId = await aUser();
  await recordCall(await aCtx(), { userId, direction: "inbound", status: "in_progress" });
  const id = await aCallback({ userId });
  await tick();
  expect((await takeNext(await aCtx(), { agentId: ann })).next).toBeNull();
  await advance({ hours: 4 });
  await everybodyIsAlive();
  await tick();
  expect((await takeNext(await aCtx(), { agentId: ann })).next).toMatchObject({ callbackId: id });
});

test("a ringing call that nobody ends keeps its user from being called for two minutes only", async () => {
  const ann = await anAgent();
  const userId = await aUser();
  await recordCall(await aCtx(), { userId, direction: "inbound", status: "ringing" });
  const id = await aCallback({ userId });
  await advance({ seconds: 119 });
  await tick();
  expect((await takeNext(await aCtx(), { agentId: ann })).next).toBeNull();
  await advance({ seconds: 1 });
  await tick();
  expect((await takeNext(await aCtx(), { agentId: ann })).next).toMatchObject({ callbackId: id });
});

test("the same Twilio call is recorded once", async () => {
  const userId = await aUser();
  const input = { userId, direction: "inbound", status: "completed", twilioCallSid: "CA1" } as const;
  const { id } = await recordCall(await aCtx(), input);
  expect(await recordCall(await aCtx(), input)).toEqual({ id, status: "completed", isNew: false });
  await expect(recordCall(await aCtx(), { ...input, userId: await aUser() })).rejects.toMatchObject({
    code: "conflict",
  });
});

test("an agent who is named with the end of a call only has it at the desk until its outcome, and is on break again after it", async () => {
  const ann = await anAgent({ status: "break" });
  const call = { userId: await aUser(), direction: "outbound", twilioCallSid: "CA1" } as const;
  const { id } = await recordCall(await aCtx(), { ...call, status: "in_progress" });
  await recordCall(await aCtx(), { ...call, status: "completed", agentId: ann });
  expect(await agentStatus(ann)).toBe("on_call");
  expect(await violations()).toEqual([]);
  await recordOutcome(await aCtx(), { callSessionId: BigInt(id), outcomeType: "answered" });
  expect(await agentStatus(ann)).toBe("break");
});

test("one call at a time, for a user and for an agent", async () => {
  const ann = await anAgent();
  const userId = await aUser();
  await recordCall(await aCtx(), { userId, agentId: ann, direction: "inbound", status: "in_progress" });
  await expect(recordCall(await aCtx(), { userId, direction: "inbound", status: "ringing" })).rejects.toMatchObject({
    code: "user_on_call",
  });
  expect(await agentStatus(ann)).toBe("on_call");
  const other = await aUser();
  await expect(
    recordCall(await aCtx(), { userId: other, agentId: ann, direction: "inbound", status: "ringing" }),
  ).rejects.toMatchObject({ code: "agent_on_call" });
  await expect(takeNext(await aCtx(), { agentId: ann })).rejects.toMatchObject({ code: "agent_on_call" });
  await expect(recordCall(await aCtx(), { userId: 5n, direction: "inbound", status: "missed" })).rejects.toMatchObject({
    code: "not_found",
  });
});
