/** Effects of changes of an account: its sessions, the work of its desk, and the last supervisor who must stay. */
import { expect, test, vi } from "vitest";
import { z } from "zod";
import { execute, query, sql } from "#lib/database/sql";
import { aCallback, anAgent, liveEntries, tick } from "#tests/factories/desk";
import { expectInvariants } from "#tests/factories/invariants";
import { aSession, anAccount, PASSWORD } from "#tests/factories/staff";
import { codeOf } from "#tests/factories/totp";
import { db } from "#tests/setup/database";
import { api, refused } from "./api.ts";
import { asSupervisor, ownPage, signedIn } from "./signed-in.ts";

const supervisors = () => db.staffAccount.count({ where: { role: "supervisor", disabledAt: null } });

async function aSupervisor(): Promise<{ id: string; headers: Record<string, string> }> {
  const { id } = await anAccount();
  return { id, headers: { ...ownPage, cookie: await aSession(id) } };
}

test("A6: disabling an agent's account ends the sessions and hands accepted and waiting callbacks on, in one request", async () => {
  const [ann, ben] = [await anAgent(), await anAgent({ status: "offline" })];
  const { id } = await anAccount({ agentId: ann });
  const headers = { ...ownPage, cookie: await aSession(id) };
  const accepted = await aCallback({ acceptedBy: ann, inMinutes: -1 });
  const waiting = await aCallback({ preferredAgentId: ann });
  await tick();
  const placed = async () =>
    (await liveEntries()).map(({ callbackId, score, agentId }) => [callbackId, score, agentId]);
  expect(await placed()).toEqual([
    [accepted, -2000, ann],
    [waiting, -1000, ann],
  ]);
  await api(`PUT /agents/${ben}/session`, { status: "available" });
  expect((await api(`PATCH /staff/${id}`, { isDisabled: true }, { headers: await asSupervisor() })).status).toBe(200);
  expect((await placed()).sort()).toEqual([
    [accepted, -1000, ben],
    [waiting, -1000, ben],
  ]);
  expect((await api(`GET /callbacks/${accepted}`)).body).toMatchObject({ status: "pending" });
  await refused("GET /me", undefined, [401, "unauthenticated"], { headers });
  await expectInvariants();
});

test("a disabled agent takes no more calls, also when a telephone system asks in their place", async () => {
  const ann = await anAgent();
  const { id, email } = await anAccount({ agentId: ann });
  const headers = await asSupervisor();
  await api(`PATCH /staff/${id}`, { isDisabled: true }, { headers });
  await aCallback({ preferredAgentId: ann });
  await tick();
  await refused("POST /queue/next", { agentId: ann }, [409, "agent_not_here"]);
  await refused(`PUT /agents/${ann}/session`, { status: "available" }, [409, "agent_not_here"]);
  await api(`PATCH /staff/${id}`, { isDisabled: false }, { headers });
  expect((await api("GET /me", undefined, { headers: await signedIn(email) })).status).toBe(200);
  expect((await api(`PUT /agents/${ann}/session`, { status: "available" })).status).toBe(200);
});

test("the last supervisor can be neither disabled nor made an agent", async () => {
  const { id, headers } = await aSupervisor();
  const agentId = await anAgent();
  await refused(`PATCH /staff/${id}`, { isDisabled: true }, [409, "conflict"], { headers });
  await refused(`PATCH /staff/${id}`, { role: "agent", agentId }, [409, "conflict"], { headers });
  expect((await api("GET /me", undefined, { headers })).body.role).toBe("supervisor");
});

/** Starts this while a lock keeps sessions from ending, and releases the lock once `n` transactions wait in the middle of their work. */
async function heldUp<T>(n: number, work: () => Promise<T>): Promise<T> {
  let started: Promise<T> | undefined;
  await db.$transaction(async (tx) => {
    await execute(tx, sql`LOCK TABLE staff_sessions IN SHARE MODE`);
    started = work();
    await vi.waitFor(async () => expect(await waiting()).toBe(n), { interval: 10, timeout: 1_500 });
  });
  return started!;
}

async function waiting(): Promise<number> {
  const [row] = await query(
    db,
    z.object({ n: z.int() }),
    sql`SELECT count(DISTINCT pid)::int AS n FROM pg_locks
        WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  return row!.n;
}

test("of two supervisors who disable each other at once one stays", async () => {
  const [one, two] = [await aSupervisor(), await aSupervisor()];
  const disable = (id: string, headers: Record<string, string>) =>
    api(`PATCH /staff/${id}`, { isDisabled: true }, { headers });
  const both = await heldUp(2, () => Promise.all([disable(two.id, one.headers), disable(one.id, two.headers)]));
  expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  expect(await supervisors()).toBe(1);
});

test("of many supervisors who disable and demote each other in a ring at once somebody stays in charge", async () => {
  const ring = [await aSupervisor(), await aSupervisor(), await aSupervisor(), await aSupervisor()];
  const desks = [await anAgent(), await anAgent()];
  const answers = await Promise.all(
    ring.map(({ headers }, at) => {
      const { id } = ring[(at + 1) % ring.length]!;
      const change = at % 2 === 0 ? { isDisabled: true } : { role: "agent", agentId: desks[(at - 1) / 2] };
      return api(`PATCH /staff/${id}`, change, { headers });
    }),
  );
  for (const { status } of answers) expect([200, 401, 409]).toContain(status);
  expect(await supervisors()).toBeGreaterThan(0);
});

test.each([
  ["an agent without a desk", { role: "agent" }, [400, "invalid_input"]],
  ["an agent at a desk that is not there", { role: "agent", agentId: 99 }, [404, "not_found"]],
  ["a supervisor with a desk", { role: "supervisor", agentId: 1 }, [400, "invalid_input"]],
  ["another role", { role: "owner" }, [400, "invalid_input"]],
] as const)("nobody becomes %s", async (_, change, code) => {
  await anAgent();
  const { id } = await anAccount();
  await refused(`PATCH /staff/${id}`, change, [...code], { headers: await asSupervisor() });
});

test("two people cannot have one desk or one e-mail address", async () => {
  const [ann, ben] = [await anAgent(), await anAgent()];
  const [{ email }, other] = [await anAccount({ agentId: ann }), await anAccount({ agentId: ben })];
  const headers = await asSupervisor();
  await refused(`PATCH /staff/${other.id}`, { agentId: ann }, [409, "account_taken"], { headers });
  const twin = { email: email.toUpperCase(), role: "supervisor", name: "Tim Twin" };
  await refused("POST /staff", twin, [409, "account_taken"], { headers });
});

test("an invitation sets a password once, and a newer one voids it; of two who use it at once one does", async () => {
  const headers = await asSupervisor();
  const who = { email: "ada@example.test", role: "supervisor", name: "Ada Byrne" };
  const first = (await api("POST /staff", who, { headers })).body;
  const second = (await api(`POST /staff/${first.accountId}/invitation`, {}, { headers })).body;
  const newPassword = "a right new horse";
  const use = (invitation: unknown) => api("POST /welcome", { invitation, newPassword }, { as: "none" });
  expect((await use(first.invitation)).status).toBe(404);
  const both = await Promise.all([use(second.invitation), use(second.invitation)]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 404]);
  expect((await api("GET /me", undefined, { headers: await signedIn(who.email, newPassword) })).body).toMatchObject({
    accountId: first.accountId,
  });
});

test("a supervisor takes the second factor of somebody who lost it away; the password signs in again, the sessions end", async () => {
  const headers = await asSupervisor();
  const { id, email } = await anAccount();
  const theirs = await signedIn(email);
  const { body } = await api("POST /me/second-factor", { password: PASSWORD }, { headers: theirs });
  await api("POST /me/second-factor/confirm", { code: codeOf(String(body.uri)) }, { headers: theirs });
  const sign = () => api("POST /sign-in", { email, password: PASSWORD }, { as: "none", headers: ownPage });
  expect((await sign()).body.next).toBe("second_factor");
  const changed = await api(`PATCH /staff/${id}`, { hasSecondFactor: false }, { headers });
  expect(changed.body).toMatchObject({ hasSecondFactor: false, role: "supervisor" });
  expect((await api("GET /me", undefined, { headers: theirs })).status).toBe(401);
  expect((await sign()).body.next).toBe("signed_in");
});
