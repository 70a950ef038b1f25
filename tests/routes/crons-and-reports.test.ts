import { asCron } from "./call.ts";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { readClock } from "#lib/time/clock";
import { query, sql } from "#lib/database/sql";
import { aCallback, anAgent, aUser, tick } from "../factories/desk.ts";
import { advance, connectTest, db } from "../setup/database.ts";
import { apiDocument } from "../../app/api/document.ts";
import { api, refused } from "./api.ts";
import { asAgent, asSupervisor } from "./signed-in.ts";

const cron = (name: string) => api(`GET /cron/${name}`, undefined, { headers: asCron });

describe("crons", () => {
  test("the tick queues what is due and answers with its ledger", async () => {
    await anAgent();
    await aCallback();
    const answer = await cron("callback-notifications");
    expect(answer.body).toMatchObject({
      success: true,
      skipped: false,
      results: { processed: 1, notified: 1 },
      ledger: { due: 1, newlyQueued: 1 },
      failures: [],
    });
    expect((await cron("callback-notifications")).body).toMatchObject({ results: { processed: 1, notified: 0 } });
  });

  test("a tick that finds another running says so", async () => {
    const [lock] = await query(db, z.object({ held: z.boolean() }), sql`SELECT pg_try_advisory_lock(1) AS held`);
    expect(lock).toEqual({ held: true });
    const other = connectTest();
    await other.$transaction(async (tx) => {
      await query(tx, z.object({ held: z.boolean() }), sql`SELECT pg_try_advisory_xact_lock(5120001::bigint) AS held`);
      expect((await cron("callback-notifications")).body).toMatchObject({ success: true, skipped: true, ledger: null });
    });
  });

  test("the queue refresh answers what it did", async () => {
    expect((await cron("queue-refresh")).body).toMatchObject({ success: true, skipped: false });
  });

  test("the retention deletes what ended more than RETENTION_DAYS ago, counts it and says that it is done", async () => {
    const callbackId = await aCallback();
    await api("POST /callbacks/cancel", { callbackId, reason: "not needed" });
    await advance({ days: 365, milliseconds: 1 });
    expect((await cron("retention")).body).toMatchObject({
      success: true,
      done: true,
      deleted: { callbacks: 1, events: 2 },
    });
    expect((await cron("retention")).body).toMatchObject({ done: true, deleted: { callbacks: 0 } });
  });
});

describe("reports", () => {
  test("health is 200 when database and migrations are right", async () => {
    await tick();
    const answer = await api("GET /health", undefined, { as: "none" });
    expect([answer.status, answer.body]).toEqual([
      200,
      expect.objectContaining({ ok: true, problems: [], database: "up" }),
    ]);
    expect((await readClock(db)).toISOString()).toBe((answer.body.lastTick as { at: string }).at);
  });

  test("health is 503 with the fault when a migration is missing", async () => {
    await db.$transaction(async (tx) => {
      await query(
        tx,
        z.object({ name: z.string() }),
        sql`UPDATE _prisma_migrations SET rolled_back_at = now() RETURNING migration_name AS name`,
      );
    });
    const answer = await api("GET /health", undefined, { as: "none" });
    await query(
      db,
      z.object({ name: z.string() }),
      sql`UPDATE _prisma_migrations SET rolled_back_at = NULL RETURNING migration_name AS name`,
    );
    expect([answer.status, answer.body.ok, answer.headers.get("retry-after")]).toEqual([503, false, "1"]);
    expect((answer.body.problems as string[])[0]).toContain("db:migrate");
  });

  test("monitoring answers for 1 to 720 hours", async () => {
    await aCallback();
    await tick();
    for (const query of ["", "?hours=1", "?hours=720"]) {
      expect((await api(`GET /debug/callback-monitoring${query}`)).body).toMatchObject({
        success: true,
        healthMetrics: { healthScore: expect.any(Number) },
      });
    }
    for (const hours of ["0", "721", "abc", "1.5", "-1"])
      await refused(`GET /debug/callback-monitoring?hours=${hours}`, undefined, [400, "invalid_input"]);
  });

  test("the wallboard answers for a zone, with a 304 while nothing changed, and not to agents", async () => {
    await aCallback();
    await tick();
    const first = await api("GET /wallboard?timeZone=Europe/London", undefined, { headers: await asSupervisor() });
    expect(first.body).toMatchObject({ now: "2026-03-02T09:00:00.000Z", figures: { dueNow: 1, dueToday: 1 } });
    const known = { headers: { "if-none-match": first.headers.get("etag") ?? "" } };
    expect((await api("GET /wallboard?timeZone=Europe/London", undefined, known)).status).toBe(304);
    await advance({ seconds: 1 });
    expect((await api("GET /wallboard?timeZone=Europe/London", undefined, known)).status).toBe(200);
    await refused("GET /wallboard?timeZone=Mars/Olympus", undefined, [400, "invalid_input"]);
    const headers = await asAgent(await anAgent());
    await refused("GET /wallboard", undefined, [403, "forbidden"], { headers });
  });

  test("the newest callbacks with the minutes to due", async () => {
    const userId = await aUser();
    const id = await aCallback({ userId, inMinutes: 30 });
    await aCallback();
    expect((await api(`GET /debug/callbacks?userId=${userId}`)).body).toMatchObject({
      success: true,
      callbacks: [{ id, minutesToDue: 30 }],
    });
    await refused("GET /debug/callbacks?limit=x", undefined, [400, "invalid_input"]);
  });

  test("the whole story of one callback or call", async () => {
    const agentId = await anAgent();
    const callbackId = await aCallback({ preferredAgentId: agentId });
    await tick();
    const { next } = (await api("POST /queue/next", { agentId })).body as { next: { callSessionId: string } };
    for (const query of [`callbackId=${callbackId}`, `callSessionId=${next.callSessionId}`]) {
      const { body } = await api(`GET /debug/callback-investigation?${query}`);
      expect(body).toMatchObject({ success: true, verdict: expect.any(String), callback: { id: callbackId } });
    }
    await refused("GET /debug/callback-investigation", undefined, [400, "invalid_input"]);
    await refused("GET /debug/callback-investigation?callbackId=1&callSessionId=1", undefined, [400, "invalid_input"]);
    await refused("GET /debug/callback-investigation?callbackId=999", undefined, [404, "not_found"]);
    await refused("GET /debug/callback-investigation?callSessionId=999", undefined, [404, "not_found"]);
  });

  test("the API document is served as it is made", async () => {
    const { body } = await api("GET /openapi.json", undefined, { as: "none" });
    expect(body.openapi).toBe("3.1.1");
    expect(body.paths).toEqual(JSON.parse(JSON.stringify((await apiDocument()).paths)));
  });

  test("the API document is not sent again to a reader who has it", async () => {
    const { headers } = await api("GET /openapi.json", undefined, { as: "none" });
    const known = { "if-none-match": headers.get("etag")! };
    const again = await api("GET /openapi.json", undefined, { as: "none", headers: known });
    expect([again.status, again.text]).toEqual([304, ""]);
  });
});
