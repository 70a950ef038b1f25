import { expect, test } from "vitest";
import { z } from "zod";
import { execute, query, sql } from "#lib/database/sql";
import { createAgent, decideStatus, explainUnsent, listAgents, logOut, reportUnsent } from "#modules/agents";
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

const BROWSER = "0".repeat(32);
const report = async (agentId: number, unsent: number, browserId = BROWSER) =>
  reportUnsent(await aCtx(), {
    agentId,
    browserId,
    device: "Mac",
    unsent,
    oldestAt: unsent === 0 ? null : START.toISOString(),
  });
const held = async () => (await listAgents(await aCtx(), { limit: 5 })).agents.flatMap(({ unsent }) => unsent);

test("the last report of a browser about unsent actions stays, also when its agent is gone, until the browser reports that they are sent", async () => {
  const agentId = await anAgent({ status: null });
  await report(agentId, 2);
  await advance({ minutes: 10 });
  await report(agentId, 3);
  const reportedAt = "2026-03-02T09:10:00.000Z";
  const one = { browserId: BROWSER, device: "Mac", unsent: 3, oldestAt: START.toISOString(), reportedAt };
  expect(await held()).toEqual([one]);
  await advance({ minutes: 60 });
  expect(await held(), "a browser that vanished keeps its last report").toEqual([one]);
  await report(agentId, 0);
  expect(await held()).toEqual([]);
});

test("a browser's clock that runs ahead has done nothing in the future; an unknown agent has no browser", async () => {
  const agentId = await anAgent();
  const oldestAt = "2027-01-01T00:00:00Z";
  await reportUnsent(await aCtx(), { agentId, browserId: BROWSER, device: "Mac", unsent: 1, oldestAt });
  expect(await held()).toMatchObject([{ oldestAt: START.toISOString() }]);
  await expect(report(99, 1)).rejects.toMatchObject({ code: "not_found" });
});

test("a vanished browser is explained once, and the audit keeps the explanation with the number of its actions", async () => {
  const agentId = await anAgent();
  await report(agentId, 2);
  const explained = { agentId, browserId: BROWSER, reason: "The laptop was stolen." };
  await explainUnsent(await aCtx(), explained);
  expect(await held()).toEqual([]);
  await expect(explainUnsent(await aCtx(), explained)).rejects.toMatchObject({ code: "not_found" });
  const [entry] = await query(
    db,
    z.object({ details: z.unknown() }),
    sql`SELECT details FROM audit_entries WHERE action = 'agent.unsent_explained'`,
  );
  expect(entry?.details).toEqual({ unsent: 2, oldestAt: START.toISOString(), reason: explained.reason });
});

test("made-up browsers fill no table: the twenty-first is refused, and one that is known still reports", async () => {
  const agentId = await anAgent();
  const names = Array.from({ length: 21 }, (_, n) => String(n).padStart(32, "0"));
  for (const name of names.slice(0, 20)) await report(agentId, 1, name);
  await expect(report(agentId, 1, names[20])).rejects.toMatchObject({ code: "conflict" });
  await report(agentId, 5, names[3]);
  expect((await held()).reduce((sum, { unsent }) => sum + unsent, 0)).toBe(24);
});
