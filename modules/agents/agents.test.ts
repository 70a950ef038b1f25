import { expect, test } from "vitest";
import { z } from "zod";
import { execute, query, sql } from "#lib/database/sql";
import { createAgent, listAgents, logOut, decideStatus } from "#modules/agents";
import { anAgent } from "#tests/factories/desk";
import { aCtx } from "#tests/setup/ctx";
import { advance, connectTest, db, START } from "#tests/setup/database";

const person = { firstName: "Ann", lastName: "Able", allowedQueues: [], isAiAgent: false };

test("twenty logins at once give one open session", async () => {
  const agentId = await anAgent({ status: null });
  const ctx = await aCtx({ db: connectTest({ poolSize: 20 }) });
  await Promise.all(Array.from({ length: 20 }, () => decideStatus(ctx, { agentId, status: "available" })));
  const [row] = await query(db, z.object({ n: z.int() }), sql`SELECT count(*)::int AS n FROM agent_sessions`);
  expect(row?.n).toBe(1);
});

test("a heartbeat keeps the session alive and does not reset since when the agent is idle", async () => {
  const agentId = await anAgent();
  await advance({ minutes: 1 });
  expect(await decideStatus(await aCtx(), { agentId, status: "available" })).toMatchObject({ becameAvailable: false });
  const [row] = await query(
    db,
    z.object({ since: z.date(), seen: z.date() }),
    sql`SELECT status_since AS since, last_activity AS seen FROM agent_sessions`,
  );
  expect(row).toEqual({ since: START, seen: new Date(START.getTime() + 60_000) });
});

test("becoming available is noticed once", async () => {
  const agentId = await anAgent({ status: "break" });
  expect(await decideStatus(await aCtx(), { agentId, status: "available" })).toMatchObject({ becameAvailable: true });
  expect(await decideStatus(await aCtx(), { agentId, status: "available" })).toMatchObject({ becameAvailable: false });
});

test("logging out twice is as once, and logging in again is a new session", async () => {
  const agentId = await anAgent();
  expect(await logOut(await aCtx(), { agentId })).toEqual({ agentId, loggedOut: true });
  expect(await logOut(await aCtx(), { agentId })).toEqual({ agentId, loggedOut: false });
  expect(await decideStatus(await aCtx(), { agentId, status: "break" })).toMatchObject({ status: "break" });
  expect((await listAgents(await aCtx(), { limit: 5 })).agents).toMatchObject([
    { id: agentId, status: "break", goneSince: null },
  ]);
});

test("an e-mail address belongs to one agent", async () => {
  await createAgent(await aCtx(), { ...person, email: "ann@example.test" });
  await expect(createAgent(await aCtx(), { ...person, email: "ann@example.test" })).rejects.toMatchObject({
    code: "conflict",
  });
});

test("an inactive or unknown agent cannot log in", async () => {
  const agentId = await anAgent({ status: null });
  await execute(db, sql`UPDATE agents SET is_active = false, inactive_since = ringback_now()`);
  await expect(decideStatus(await aCtx(), { agentId, status: "available" })).rejects.toMatchObject({
    code: "agent_not_here",
  });
  await expect(decideStatus(await aCtx(), { agentId: 99, status: "available" })).rejects.toMatchObject({
    code: "not_found",
  });
  await expect(logOut(await aCtx(), { agentId: 99 })).rejects.toMatchObject({ code: "not_found" });
});
