import "./call.ts";
import { describe, expect, test } from "vitest";
import { aCallback, anAgent, aUser, tick } from "../factories/desk.ts";
import { advance } from "../setup/database.ts";
import { api, everyRow, refused } from "./api.ts";

const DAY = 86_400_000;
const at = (milliseconds: number) => new Date(Date.parse("2026-03-02T09:00:00Z") + milliseconds).toISOString();

describe("POST /callbacks", () => {
  test("201 with Location; a replay with the same key is the same callback, another body 422", async () => {
    const userId = String(await aUser({ id: 9_007_199_254_740_993n }));
    const headers = { "idempotency-key": "promise-1" };
    const body = { userId, scheduledFor: "2026-03-02T16:00:00+01:00", callbackReason: "wants the letter" };
    const made = await api("POST /callbacks", body, { headers });
    expect([made.status, made.headers.get("location")]).toEqual([201, `/api/callbacks/${made.body.id}`]);
    expect(made.body).toMatchObject({
      userId: "9007199254740993",
      status: "pending",
      scheduledFor: "2026-03-02T15:00:00.000Z",
    });
    const before = (await api("GET /callbacks")).body;
    const again = await api("POST /callbacks", body, { headers });
    expect([again.status, again.body, again.headers.get("location")]).toEqual([
      201,
      made.body,
      made.headers.get("location"),
    ]);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    await refused("POST /callbacks", { ...body, callbackReason: "other" }, [422, "key_reused"], { headers });
    expect((await api("GET /callbacks")).body).toEqual(before);
  });

  test("the limits of the time: from 24 hours ago to a year ahead, both included", async () => {
    const userId = String(await aUser());
    for (const inside of [at(-DAY), at(366 * DAY)])
      expect((await api("POST /callbacks", { userId, scheduledFor: inside })).status).toBe(201);
    for (const outside of [at(-DAY - 1), at(366 * DAY + 1)])
      await refused("POST /callbacks", { userId, scheduledFor: outside }, [400, "invalid_input"]);
  });

  test("400 for anything malformed", async () => {
    const userId = String(await aUser());
    const good = { userId, scheduledFor: at(0) };
    const wrong = [
      {},
      { userId },
      { ...good, scheduledFor: "tomorrow" },
      { ...good, scheduledFor: 5 },
      { ...good, scheduledFor: "2026-02-30T10:00:00Z" },
      { ...good, userId: "abc" },
      { ...good, userId: -1 },
      { ...good, userId: 1.5 },
      { ...good, userId: "9223372036854775808" },
      { ...good, callbackReason: "x".repeat(501) },
      { ...good, callbackReason: "a\u0000b" },
      { ...good, preferredAgentId: 2_147_483_648 },
      { ...good, timeZone: "Mars/Olympus" },
      { ...good, status: "completed" },
    ];
    for (const body of wrong) await refused("POST /callbacks", body, [400, "invalid_input"]);
    await refused("POST /callbacks", good, [400, "invalid_input"], { headers: { "idempotency-key": "a b" } });
  });

  test("404 for an unknown user or agent, 409 for one who asked not to be called", async () => {
    const userId = String(await aUser());
    await refused("POST /callbacks", { userId: 999, scheduledFor: at(0) }, [404, "not_found"]);
    await refused("POST /callbacks", { userId, scheduledFor: at(0), preferredAgentId: 999 }, [404, "not_found"]);
    const never = String(await aUser({ doNotCall: true }));
    await refused("POST /callbacks", { userId: never, scheduledFor: at(0) }, [409, "do_not_call"]);
  });
});

describe("GET /callbacks", () => {
  test("200 with filters and pages", async () => {
    const agentId = await anAgent();
    const mine = await aCallback({ preferredAgentId: agentId, inMinutes: 60 });
    const others = [await aCallback(), await aCallback()];
    const ids = async (query: string) =>
      ((await api(`GET /callbacks${query}`)).body.callbacks as { id: number }[]).map(({ id }) => id);
    expect(await ids(`?agentId=${agentId}`)).toEqual([mine]);
    expect(await ids(`?from=${at(60_000)}`)).toEqual([mine]);
    expect(await ids("?status=completed")).toEqual([]);
    const first = (await api("GET /callbacks?limit=2")).body as { callbacks: { id: number }[]; nextCursor: number };
    const rest = await ids(`?limit=2&cursor=${first.nextCursor}`);
    expect([...first.callbacks.map(({ id }) => id), ...rest].sort()).toEqual([mine, ...others].sort());
  });

  test.each(["status=asleep", "agentId=x", "userId=-1", "from=yesterday", "limit=101", "limit=1e9", "cursor=0"])(
    "400 for ?%s",
    async (query) => {
      await refused(`GET /callbacks?${query}`, undefined, [400, "invalid_input"]);
    },
  );

  test("one with its story; 404 when there is none", async () => {
    const id = await aCallback();
    await tick();
    expect((await api(`GET /callbacks/${id}`)).body).toMatchObject({
      id,
      why: expect.any(String),
      events: [
        { seq: 1, type: "created" },
        { seq: 2, type: "queued" },
      ],
    });
    await refused("GET /callbacks/999", undefined, [404, "not_found"]);
  });

  test("overdue ones with the minutes", async () => {
    const id = await aCallback();
    expect((await api("GET /callbacks/overdue")).body.callbacks).toEqual([]);
    await advance({ minutes: 3 });
    expect((await api("GET /callbacks/overdue")).body).toMatchObject({ callbacks: [{ id, minutesOverdue: 3 }] });
    await refused("GET /callbacks/overdue?limit=0", undefined, [400, "invalid_input"]);
  });
});

describe("POST /callbacks/accept", () => {
  test("200, and again 200 for the same agent; 409 for another", async () => {
    const [ann, ben] = [await anAgent({ name: "Ann" }), await anAgent({ name: "Ben" })];
    const callbackId = await aCallback();
    const won = await api("POST /callbacks/accept", { callbackId, agentId: ann });
    expect(won.body).toMatchObject({ success: true, data: { callbackId, queueType: "outstanding_requests" } });
    expect((await api("POST /callbacks/accept", { callbackId, agentId: ann })).body.data).toEqual(won.body.data);
    const lost = await refused("POST /callbacks/accept", { callbackId, agentId: ben }, [409, "already_accepted"]);
    expect(lost.body.detail).toContain("Ann");
  });

  test("400, 404 and the other refusals", async () => {
    const here = await anAgent();
    const gone = await anAgent({ status: null });
    const elsewhere = await anAgent({ queues: ["unsigned_users"] });
    const callbackId = await aCallback();
    for (const body of [
      {},
      { callbackId },
      { callbackId: "x", agentId: here },
      { callbackId: 2 ** 31, agentId: here },
      { callbackId: null, agentId: here },
    ]) {
      await refused("POST /callbacks/accept", body, [400, "invalid_input"]);
    }
    await refused("POST /callbacks/accept", { callbackId: 999, agentId: here }, [404, "not_found"]);
    await refused("POST /callbacks/accept", { callbackId, agentId: 999 }, [404, "not_found"]);
    await refused("POST /callbacks/accept", { callbackId, agentId: gone }, [409, "agent_not_here"]);
    await refused("POST /callbacks/accept", { callbackId, agentId: elsewhere }, [403, "wrong_queue"]);
    await api("POST /callbacks/cancel", { callbackId, reason: "moved away" });
    await refused("POST /callbacks/accept", { callbackId, agentId: here }, [409, "wrong_state"]);
  });
});

describe("POST /callbacks/snooze, /release, /cancel", () => {
  test("snooze counts from now, five minutes unless said otherwise, five times", async () => {
    const callbackId = await aCallback();
    expect((await api("POST /callbacks/snooze", { callbackId })).body).toMatchObject({
      success: true,
      data: { callbackId, snoozeMinutes: 5, newScheduledTime: at(300_000) },
    });
    for (const snoozeMinutes of [1, 60, 5, 5])
      expect((await api("POST /callbacks/snooze", { callbackId, snoozeMinutes })).status).toBe(200);
    await refused("POST /callbacks/snooze", { callbackId }, [409, "snooze_limit"]);
  });

  test.each(["0", "61", "1.5", '"5"', "null", "-1", "1e309"])("400 for %s minutes", async (minutes) => {
    const callbackId = await aCallback();
    const body = `{"callbackId":${callbackId},"snoozeMinutes":${minutes}}`;
    await refused("POST /callbacks/snooze", body, [400, "invalid_input"]);
  });

  test("404 and 409 for snooze", async () => {
    const [ann, ben] = [await anAgent(), await anAgent()];
    const callbackId = await aCallback({ acceptedBy: ann });
    await refused("POST /callbacks/snooze", { callbackId: 999 }, [404, "not_found"]);
    await refused("POST /callbacks/snooze", { callbackId, agentId: ben }, [409, "already_accepted"]);
    await api("POST /callbacks/cancel", { callbackId, reason: "moved away" });
    await refused("POST /callbacks/snooze", { callbackId }, [409, "wrong_state"]);
  });

  test("release gives back what the agent accepted; nobody else can", async () => {
    const [ann, ben] = [await anAgent(), await anAgent()];
    const callbackId = await aCallback({ acceptedBy: ann });
    await refused("POST /callbacks/release", { callbackId, agentId: ben }, [409, "already_accepted"]);
    expect((await api("POST /callbacks/release", { callbackId, agentId: ann })).body).toMatchObject({
      data: { status: "pending" },
    });
    await refused("POST /callbacks/release", { callbackId, agentId: ann }, [409, "wrong_state"]);
    await refused("POST /callbacks/release", { callbackId: 999, agentId: ann }, [404, "not_found"]);
    await refused("POST /callbacks/release", { callbackId }, [400, "invalid_input"]);
  });

  test("cancel needs a reason, and ends it", async () => {
    const callbackId = await aCallback();
    await refused("POST /callbacks/cancel", { callbackId }, [400, "invalid_input"]);
    await refused("POST /callbacks/cancel", { callbackId, reason: " " }, [400, "invalid_input"]);
    await refused("POST /callbacks/cancel", { callbackId: 999, reason: "x" }, [404, "not_found"]);
    expect((await api("POST /callbacks/cancel", { callbackId, reason: "moved away" })).body).toMatchObject({
      data: { status: "cancelled" },
    });
    await refused("POST /callbacks/cancel", { callbackId, reason: "again" }, [409, "wrong_state"]);
  });

  test("each of them done twice with one key is done once", async () => {
    const agentId = await anAgent();
    const callbackId = await aCallback({ acceptedBy: agentId });
    const steps: [string, object][] = [
      ["release", { callbackId, agentId }],
      ["accept", { callbackId, agentId }],
      ["snooze", { callbackId }],
      ["cancel", { callbackId, reason: "x" }],
    ];
    for (const [step, body] of steps) {
      const headers = { "idempotency-key": step };
      const first = await api(`POST /callbacks/${step}`, body, { headers });
      const { idempotency_keys: _, ...rows } = await everyRow();
      const again = await api(`POST /callbacks/${step}`, body, { headers });
      expect([again.status, again.body, again.headers.get("idempotency-replayed")]).toEqual([200, first.body, "true"]);
      expect(await everyRow()).toMatchObject(rows);
    }
  });
});
