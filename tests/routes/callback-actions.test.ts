import "./call.ts";
import { describe, expect, test } from "vitest";
import { aCallback, anAgent } from "../factories/desk.ts";
import { db } from "../setup/database.ts";
import { api, everyRow, refused } from "./api.ts";
import { asService } from "./call.ts";

const at = (milliseconds: number) => new Date(Date.parse("2026-03-02T09:00:00Z") + milliseconds).toISOString();

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
  test("snooze counts from now or from the time ahead, five minutes unless said otherwise, five times", async () => {
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

describe("POST /callbacks/reassign, /reschedule, /agents/{agentId}/move-callbacks", () => {
  test("200 with the changes; a repeat changes nothing", async () => {
    const [ann, ben] = [await anAgent({ name: "Ann" }), await anAgent({ name: "Ben" })];
    const callbackIds = [await aCallback({ preferredAgentId: ann }), await aCallback({ inMinutes: 90 })];
    const moved = await api("POST /callbacks/reassign", {
      callbackIds: [...callbackIds, callbackIds[0]],
      agentId: ben,
    });
    expect(moved.body).toMatchObject({
      message: "2 callbacks moved to Ben Able.",
      data: { callbackIds, reassigned: 2 },
    });
    expect((await api("POST /callbacks/reassign", { callbackIds, agentId: ben })).body.data).toMatchObject({
      reassigned: 0,
    });
    expect((await api(`POST /agents/${ben}/move-callbacks`, { toAgentId: null })).body.data).toEqual({
      agentId: ben,
      toAgentId: null,
      moved: 2,
      callbackIds,
      inCall: [],
    });
    const [callbackId] = callbackIds;
    expect(
      (await api("POST /callbacks/reschedule", { callbackId, scheduledFor: at(3_600_000) })).body.data,
    ).toMatchObject({
      callbackId,
      scheduledFor: at(3_600_000),
    });
  });

  test("400, 404 and 409, and nothing written", async () => {
    const ann = await anAgent();
    const callbackId = await aCallback();
    const many = Array.from({ length: 101 }, (_, n) => n + 1);
    for (const callbackIds of [[], many, ["x"], [0], null, callbackId])
      await refused("POST /callbacks/reassign", { callbackIds, agentId: ann }, [400, "invalid_input"]);
    await refused("POST /callbacks/reassign", { callbackIds: [callbackId] }, [400, "invalid_input"]);
    await refused("POST /callbacks/reassign", { callbackIds: [callbackId, 999], agentId: ann }, [404, "not_found"]);
    await refused("POST /callbacks/reassign", { callbackIds: [callbackId], agentId: 999 }, [404, "not_found"]);
    for (const scheduledFor of ["tomorrow", at(-90_000_000), at(367 * 86_400_000)])
      await refused("POST /callbacks/reschedule", { callbackId, scheduledFor }, [400, "invalid_input"]);
    await refused("POST /callbacks/reschedule", { callbackId: 999, scheduledFor: at(0) }, [404, "not_found"]);
    await refused(`POST /agents/${ann}/move-callbacks`, { toAgentId: ann }, [400, "invalid_input"]);
    await refused(`POST /agents/${ann}/move-callbacks`, { toAgentId: 999 }, [404, "not_found"]);
    await refused("POST /agents/999/move-callbacks", { toAgentId: ann }, [404, "not_found"]);
    await api("POST /callbacks/cancel", { callbackId, reason: "moved away" });
    await refused("POST /callbacks/reassign", { callbackIds: [callbackId], agentId: ann }, [409, "wrong_state"]);
    await refused("POST /callbacks/reschedule", { callbackId, scheduledFor: at(0) }, [409, "wrong_state"]);
  });
});

describe("actions that a desk stored until they could be sent", () => {
  const kept = (id: string, doneAt: string, format = "1") => ({
    headers: { ...asService, "idempotency-key": id, "ringback-desk-format": format, "ringback-done-at": doneAt },
  });

  test("it is done once for ever under its id, also when its answer is forgotten, and twins are one", async () => {
    const callbackId = await aCallback();
    const snooze = () => api("POST /callbacks/snooze", { callbackId }, kept("a1", at(-60_000)));
    const twins = await Promise.all([snooze(), snooze(), snooze()]);
    expect(twins.map(({ status, body, headers }) => [status, body, headers.get("idempotency-key")])).toEqual(
      Array(3).fill([200, twins[0]!.body, "a1"]),
    );
    await db.idempotencyKey.deleteMany();
    const late = await snooze();
    expect([late.status, late.body.code]).toEqual([409, "already_applied"]);
    expect(await db.callback.findFirst()).toMatchObject({ snoozes: 1 });
    expect(await db.deskAction.findMany()).toMatchObject([{ id: "a1", request: "POST /callbacks/snooze" }]);
  });

  test("the story says when it was done and when it arrived, unless it was sent at once; no clock makes it later than that", async () => {
    const callbackId = await aCallback();
    await api("POST /callbacks/snooze", { callbackId }, kept("late", at(-3_600_000)));
    await api("POST /callbacks/snooze", { callbackId }, kept("soon", at(-1_000)));
    await api("POST /callbacks/snooze", { callbackId }, kept("ahead", at(3_600_000)));
    await api("POST /callbacks/snooze", { callbackId });
    const story = (await api(`GET /callbacks/${callbackId}`)).body as { events: { type: string; doneAt: string }[] };
    const snoozes = story.events.filter(({ type }) => type === "snoozed").map(({ doneAt }) => doneAt);
    expect(snoozes).toEqual([at(-3_600_000), null, null, null]);
    const events = await db.callbackEvent.findMany({ where: { type: "snoozed" }, orderBy: { seq: "asc" } });
    expect(events.map(({ actionId }) => actionId)).toEqual(["late", "soon", "ahead", null]);
  });

  test("an id that another desk has used does nothing at this one, and does not count as done here", async () => {
    const [mine, theirs] = [await aCallback(), await aCallback()];
    const snooze = (callbackId: number) => api("POST /callbacks/snooze", { callbackId }, kept("a1", at(0)));
    expect((await snooze(theirs)).status).toBe(200);
    const { status, body } = await snooze(mine);
    expect([status, body.code]).toEqual([422, "key_reused"]);
    expect(await db.callback.findUniqueOrThrow({ where: { id: mine } })).toMatchObject({ snoozes: 0 });
  });

  test("a status that comes again does not undo the one that was chosen since", async () => {
    const agentId = await anAgent();
    const put = (status: string, id: string) => api(`PUT /agents/${agentId}/session`, { status }, kept(id, at(0)));
    await put("break", "first");
    await put("available", "second");
    expect((await put("break", "first")).headers.get("idempotency-replayed")).toBe("true");
    expect(await db.agentSession.findFirst()).toMatchObject({ status: "available" });
  });

  test("a refused one leaves nothing behind, and may be sent again; a page that is too old is asked to reload", async () => {
    const callbackId = await aCallback();
    const accept = (agentId: number) => api("POST /callbacks/accept", { callbackId, agentId }, kept("a2", at(0)));
    const gone = await anAgent({ status: null });
    expect((await accept(gone)).body.code).toBe("agent_not_here");
    expect(await db.deskAction.count()).toBe(0);
    expect((await accept(await anAgent())).status).toBe(200);
    for (const format of ["0", "x", ""]) {
      const { status, body } = await api("POST /callbacks/snooze", { callbackId }, kept("a3", at(0), format));
      expect([status, body.code]).toEqual([409, "client_too_old"]);
    }
    const { body } = await api("POST /callbacks/snooze", { callbackId }, kept("a3", "yesterday"));
    expect(body.code).toBe("invalid_input");
  });
});
