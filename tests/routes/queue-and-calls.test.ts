import "./call.ts";
import { describe, expect, test } from "vitest";
import { aCallback, anAgent, aRegularEntry, aUser, everybodyIsAlive, tick } from "../factories/desk.ts";
import { expectInvariants } from "../factories/invariants.ts";
import { advance, db } from "../setup/database.ts";
import { api, refused } from "./api.ts";

type Next = { next: { callSessionId: string; callbackId: number | null; userId: string } | null };

/** A call that came from a callback, in progress. */
async function aCall() {
  const agentId = await anAgent();
  const userId = await aUser();
  const callbackId = await aCallback({ userId, preferredAgentId: agentId });
  await tick();
  const { next } = (await api("POST /queue/next", { agentId })).body as Next;
  return { agentId, userId, callbackId, callSessionId: next!.callSessionId };
}

describe("/queue", () => {
  test("200 in calling order, with filters and the depth", async () => {
    const agentId = await anAgent();
    const [first, second] = [await aUser(), await aUser()];
    await aRegularEntry(first, { score: 20 });
    await aCallback({ userId: second, preferredAgentId: agentId });
    await tick();
    const all = (await api("GET /queue")).body as { depth: unknown; entries: { userId: string }[] };
    expect(all.entries.map(({ userId }) => userId)).toEqual([String(second), String(first)]);
    expect(all.depth).toEqual({
      unsigned_users: { pending: 0, assigned: 0 },
      outstanding_requests: { pending: 1, assigned: 1 },
    });
    for (const query of [`userId=${second}`, `agentId=${agentId}`, "callbackId=1", "limit=1"]) {
      expect((await api(`GET /queue?${query}`)).body.entries, query).toHaveLength(1);
    }
    expect((await api("GET /queue?queueType=unsigned_users")).body.entries).toEqual([]);
  });

  test.each(["queueType=x", "limit=501", "limit=0", "agentId=-1", "userId=abc"])("400 for ?%s", async (query) => {
    await refused(`GET /queue?${query}`, undefined, [400, "invalid_input"]);
  });
});

describe("POST /queue/skip", () => {
  test("200, and another agent is offered it; 400 without a reason; 404 when it is not offered any more", async () => {
    const [ann, ben] = [await anAgent(), await anAgent()];
    const queueEntryId = await aRegularEntry(await aUser({ id: 9_007_199_254_740_993n }));
    const skip = (reason: string) => ["POST /queue/skip", { agentId: ann, queueEntryId, reason }] as const;
    await refused(...skip(" "), [400, "invalid_input"]);
    const skipped = await api(...skip("speaks Dutch only"));
    expect(skipped.body).toMatchObject({ data: { queueEntryId, callbackId: null, userId: "9007199254740993" } });
    expect((await api("POST /queue/next", { agentId: ann })).body).toEqual({ next: null });
    expect((await api("POST /queue/next", { agentId: ben })).body).toMatchObject({ next: { queueEntryId } });
    await refused(...skip("too late"), [404, "not_found"]);
  });
});

describe("POST /queue/next", () => {
  test("200 with the call, the same when asked again, with a key too; null when there is none", async () => {
    const agentId = await anAgent();
    expect((await api("POST /queue/next", { agentId })).body).toEqual({ next: null });
    const userId = await aUser({ id: 9_007_199_254_740_993n });
    const callbackId = await aCallback({ userId, preferredAgentId: agentId });
    await tick();
    const headers = { "idempotency-key": "next-1" };
    const taken = await api("POST /queue/next", { agentId }, { headers });
    expect(taken.body).toMatchObject({
      next: { callbackId, userId: "9007199254740993", priorityScore: -1000, user: { firstName: "Uma" } },
    });
    expect((await api("POST /queue/next", { agentId }, { headers })).body).toEqual(taken.body);
    expect((await api("POST /queue/next", { agentId })).body).toEqual(taken.body);
  });

  test("400, 404, 409", async () => {
    const gone = await anAgent({ status: null });
    const busy = await anAgent();
    await api("POST /calls", {
      userId: String(await aUser()),
      agentId: busy,
      direction: "inbound",
      status: "in_progress",
    });
    await refused("POST /queue/next", {}, [400, "invalid_input"]);
    await refused("POST /queue/next", { agentId: busy, queueType: "x" }, [400, "invalid_input"]);
    await refused("POST /queue/next", { agentId: 999 }, [404, "not_found"]);
    await refused("POST /queue/next", { agentId: gone }, [409, "agent_not_here"]);
    await refused("POST /queue/next", { agentId: busy }, [409, "agent_on_call"]);
  });
});

describe("POST /calls", () => {
  const inbound = { direction: "inbound", status: "completed", durationSeconds: 60 };

  test("201 with the id; the same twilioCallSid again is the same call", async () => {
    const body = { ...inbound, userId: String(await aUser()), twilioCallSid: "CA1" };
    const made = await api("POST /calls", body);
    expect([made.status, made.body]).toEqual([201, { id: "1", status: "completed", isNew: true }]);
    const known = { id: "1", status: "completed", isNew: false };
    const again = await api("POST /calls", body);
    expect([again.status, again.body]).toEqual([200, known]);
    const headers = { "idempotency-key": "call-1" };
    expect((await api("POST /calls", body, { headers })).body).toEqual(known);
    const other = String(await aUser());
    await refused("POST /calls", { ...body, userId: other }, [409, "conflict"]);
  });

  test("a later report of the same call moves it forward, an earlier one changes nothing", async () => {
    const [ann, userId] = [await anAgent(), String(await aUser())];
    const call = { direction: "inbound", userId, agentId: ann, twilioCallSid: "CA0001" };
    const reported = async (status: string) => {
      const { status: http, body } = await api("POST /calls", { ...call, status });
      return [http, body.status];
    };
    expect(await reported("ringing")).toEqual([201, "ringing"]);
    expect(await reported("initiated")).toEqual([200, "ringing"]);
    expect(await reported("in_progress")).toEqual([200, "in_progress"]);
    expect(await reported("ringing")).toEqual([200, "in_progress"]);
    expect(await reported("completed")).toEqual([200, "completed"]);
    expect(await reported("in_progress")).toEqual([200, "completed"]);
    expect(await reported("missed")).toEqual([200, "completed"]);
  });

  test("no call lasts longer than the time since its start, also by a later report or its outcome; without a start it began when its duration says", async () => {
    const [ann, userId] = [await anAgent(), String(await aUser())];
    const ended = { direction: "inbound", status: "completed", userId };
    const startedAt = "2026-03-02T08:50:00Z";
    await refused("POST /calls", { ...ended, startedAt, durationSeconds: 661 }, [400, "invalid_input"]);
    await api("POST /calls", { ...ended, startedAt, durationSeconds: 600 });
    await api("POST /calls", { ...ended, durationSeconds: 4_000 });
    expect(
      await db.callSession.findMany({ orderBy: { id: "asc" }, select: { startedAt: true, endedAt: true } }),
    ).toEqual([
      { startedAt: new Date(startedAt), endedAt: new Date("2026-03-02T09:00:00Z") },
      { startedAt: new Date("2026-03-02T07:53:20Z"), endedAt: new Date("2026-03-02T09:00:00Z") },
    ]);
    const call = { direction: "inbound", userId, agentId: ann, twilioCallSid: "CA0001" };
    const { id } = (await api("POST /calls", { ...call, status: "in_progress" })).body as { id: string };
    const tooLong = { ...call, status: "completed", durationSeconds: 300 };
    await refused("POST /calls", tooLong, [400, "invalid_input"]);
    const outcome = { outcomeType: "answered", durationSeconds: 300 };
    await refused(`POST /calls/${id}/outcome`, outcome, [400, "invalid_input"]);
    // Its first report came late.
    expect((await api("POST /calls", { ...tooLong, startedAt: "2026-03-02T08:55:00Z" })).status).toBe(200);
    await advance({ minutes: 4 });
    expect((await api(`POST /calls/${id}/outcome`, outcome)).status).toBe(200);
    await expectInvariants();
  });

  test("a call that rang and was missed keeps its user from nobody's next call", async () => {
    const [ann, userId] = [await anAgent(), await aUser()];
    const call = { direction: "inbound", userId: String(userId), twilioCallSid: "CA0001" };
    await api("POST /calls", { ...call, status: "ringing" });
    const callbackId = await aCallback({ userId });
    await tick();
    expect((await api("POST /queue/next", { agentId: ann })).body).toEqual({ next: null });
    await api("POST /calls", { ...call, status: "missed", durationSeconds: 0 });
    expect((await api("POST /queue/next", { agentId: ann })).body).toMatchObject({ next: { callbackId } });
  });

  test("a call that nobody ends keeps its number for two minutes of ringing only, without a tick", async () => {
    const [ann, ben, userId] = [await anAgent(), await anAgent(), await aUser()];
    await api("POST /calls", { direction: "inbound", userId: String(userId), status: "ringing" });
    const callbackId = await aCallback({ userId });
    await tick();
    await advance({ seconds: 119 });
    expect((await api("POST /queue/next", { agentId: ann })).body).toEqual({ next: null });
    await refused("POST /callbacks/accept", { callbackId, agentId: ben }, [409, "user_on_call"]);
    await advance({ seconds: 1 });
    expect((await api("POST /callbacks/accept", { callbackId, agentId: ann })).status).toBe(200);
    expect((await api("POST /queue/next", { agentId: ann })).body).toMatchObject({ next: { callbackId } });
  });

  test("a call that was answered after it had rung too long goes on, and nobody else rings the user", async () => {
    const [ann, ben, userId] = [await anAgent(), await anAgent(), await aUser()];
    const call = { direction: "inbound", userId: String(userId), agentId: ann, twilioCallSid: "CA0001" };
    await api("POST /calls", { ...call, status: "ringing" });
    await aCallback({ userId });
    await advance({ minutes: 3 });
    await everybodyIsAlive();
    await tick();
    expect((await api("POST /calls", { ...call, status: "in_progress" })).body.status).toBe("in_progress");
    expect((await api("POST /queue/next", { agentId: ben })).body).toEqual({ next: null });
    expect((await api(`GET /agents/${ann}/desk`)).body.hero).toMatchObject({ call: { endedAt: null } });
  });

  test("a call that the telephone ended stays at its agent's desk until the outcome is written, and frees the number", async () => {
    const [ann, ben, userId] = [await anAgent(), await anAgent(), await aUser()];
    const call = { direction: "inbound", userId: String(userId), agentId: ann, twilioCallSid: "CA0001" };
    const { id } = (await api("POST /calls", { ...call, status: "in_progress" })).body as { id: string };
    await advance({ minutes: 1 });
    await api("POST /calls", { ...call, status: "completed", durationSeconds: 50 });
    const callbackId = await aCallback({ userId });
    await tick();
    expect((await api(`GET /agents/${ann}/desk`)).body).toMatchObject({
      agent: { status: "on_call" },
      hero: { call: { id, endedAt: "2026-03-02T09:01:00.000Z" } },
    });
    await refused("POST /queue/next", { agentId: ann }, [409, "agent_on_call"]);
    expect((await api("POST /queue/next", { agentId: ben })).body).toMatchObject({ next: { callbackId } });
    await api(`POST /calls/${id}/outcome`, { outcomeType: "answered", notes: "All is said." });
    expect((await api(`GET /agents/${ann}/desk`)).body).toMatchObject({ agent: { status: "available" }, hero: null });
    expect(await db.callSession.findFirst({ where: { id: BigInt(id) } })).toMatchObject({
      status: "completed",
      durationSeconds: 50,
      lastOutcomeType: "answered",
    });
    await expectInvariants();
  });

  test("an agent who answers a colleague's ringing telephone has the call, and the colleague is free", async () => {
    const [ann, ben, userId] = [await anAgent(), await anAgent(), String(await aUser())];
    const call = { direction: "inbound", userId, twilioCallSid: "CA0001" };
    await api("POST /calls", { ...call, agentId: ann, status: "ringing" });
    await api("POST /calls", { ...call, agentId: ben, status: "in_progress" });
    const statusOf = async (agentId: number) => (await api(`GET /agents/${agentId}/desk`)).body.agent;
    expect([await statusOf(ann), await statusOf(ben)]).toMatchObject([{ status: "available" }, { status: "on_call" }]);
    await expectInvariants();
  });

  test("an agent whose telephone rang in vain is free at once", async () => {
    const [ann, userId] = [await anAgent(), String(await aUser())];
    const call = { direction: "inbound", userId, agentId: ann, twilioCallSid: "CA0001" };
    await api("POST /calls", { ...call, status: "ringing" });
    await api("POST /calls", { ...call, status: "missed" });
    expect((await api(`GET /agents/${ann}/desk`)).body).toMatchObject({ agent: { status: "available" }, hero: null });
    await expectInvariants();
  });

  test("simultaneous reports of one call, in any order and each of them twice, leave one call in its furthest state", async () => {
    const ann = await anAgent();
    for (let round = 1; round <= 8; round += 1) {
      const userId = String(await aUser());
      const call = { direction: "inbound", userId, agentId: ann, twilioCallSid: `CA${round}` };
      const reports = ["completed", "ringing", "in_progress", "initiated", "completed", "in_progress", "ringing"];
      const answers = await Promise.all(reports.map((status) => api("POST /calls", { ...call, status })));
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 200, 200, 201]);
      const calls = await db.callSession.findMany({ where: { twilioCallSid: call.twilioCallSid } });
      expect(calls).toMatchObject([{ status: "completed", reported: "completed" }]);
      if (calls[0]!.awaitsOutcome) await api(`POST /calls/${calls[0]!.id}/outcome`, { outcomeType: "answered" });
      await expectInvariants();
    }
  });

  test("400, 404, 409", async () => {
    const [userId, other] = [String(await aUser()), String(await aUser())];
    const agentId = await anAgent();
    const wrong = [
      {},
      { ...inbound, userId, direction: "sideways" },
      { ...inbound, userId, durationSeconds: -1 },
      { ...inbound, userId, startedAt: "2026-03-02T10:00:00Z" },
      { ...inbound, userId, twilioCallSid: "a b" },
    ];
    for (const body of wrong) await refused("POST /calls", body, [400, "invalid_input"]);
    await refused("POST /calls", { ...inbound, userId: 999 }, [404, "not_found"]);
    await refused("POST /calls", { ...inbound, userId, agentId: 999 }, [404, "not_found"]);
    await api("POST /calls", { direction: "inbound", status: "in_progress", userId, agentId });
    await refused("POST /calls", { direction: "inbound", status: "ringing", userId }, [409, "user_on_call"]);
    await refused("POST /calls", { direction: "inbound", status: "ringing", userId: other, agentId }, [
      409,
      "agent_on_call",
    ]);
  });
});

describe("POST /calls/:callSessionId/outcome", () => {
  test("200 completes the callback of the call; the same again is the same answer, another is 409", async () => {
    const { callSessionId, callbackId } = await aCall();
    const done = await api(`POST /calls/${callSessionId}/outcome`, { outcomeType: "answered", notes: "all fine" });
    expect(done.body).toMatchObject({
      success: true,
      callSessionId,
      callback: { id: callbackId, status: "completed" },
      newCallbackId: null,
    });
    expect(
      (await api(`POST /calls/${callSessionId}/outcome`, { outcomeType: "answered", notes: "all fine" })).body,
    ).toEqual(done.body);
    await refused(`POST /calls/${callSessionId}/outcome`, { outcomeType: "no_answer" }, [409, "outcome_differs"]);
  });

  test("call_back makes a new promise for the same agent", async () => {
    const { callSessionId, agentId } = await aCall();
    const body = {
      outcomeType: "call_back",
      callback: { scheduledFor: "2026-03-03T15:00:00Z", callbackReason: "after lunch" },
    };
    const { newCallbackId } = (
      await api(`POST /calls/${callSessionId}/outcome`, body, { headers: { "idempotency-key": "o" } })
    ).body;
    expect((await api(`GET /callbacks/${newCallbackId}`)).body).toMatchObject({
      status: "pending",
      preferredAgentId: agentId,
      originalCallSessionId: callSessionId,
    });
  });

  test("400 and 404", async () => {
    const { callSessionId } = await aCall();
    const wrong = [
      {},
      { outcomeType: "x" },
      { outcomeType: "call_back" },
      { outcomeType: "no_answer", callback: { scheduledFor: "2026-03-03T15:00:00Z" } },
      { outcomeType: "answered", notes: "x".repeat(5_001) },
      { outcomeType: "call_back", callback: { scheduledFor: "2020-01-01T00:00:00Z" } },
    ];
    for (const body of wrong) await refused(`POST /calls/${callSessionId}/outcome`, body, [400, "invalid_input"]);
    await refused("POST /calls/999/outcome", { outcomeType: "answered" }, [404, "not_found"]);
  });
});
