import { expect, test } from "vitest";
import { z } from "zod";
import { query, sql } from "#lib/database/sql";
import {
  acceptCallback,
  allowCalls,
  getCallback,
  importUsers,
  listCallbacks,
  rescheduleCallback,
  scheduleCallback,
} from "#modules/callbacks";
import { recordCall, recordOutcome, takeNext } from "#modules/calls";
import { seeDesk } from "#modules/desk";
import { erasePerson } from "#modules/personal-data";
import { importUsersInput } from "#schema/call-queue";
import { anAgent, liveEntries, tick } from "#tests/factories/desk";
import { expectInvariants } from "#tests/factories/invariants";
import { aCtx } from "#tests/setup/ctx";
import { advance, db } from "#tests/setup/database";

const HOME = "+44 20 7946 0001";
const MOBILE = "+44 7700 900123";
const DIALS_MOBILE = "+447700900123";

/** User 1 with a further number, and user 2 whose only number is that further one. */
async function bring(): Promise<void> {
  const user = { firstName: "Uma", lastName: "Ortiz", timeZone: "Europe/London" };
  const users = [
    { ...user, id: 1, phone: HOME, phones: [{ number: MOBILE, label: "mobile" }] },
    { ...user, id: 2, phone: MOBILE },
  ];
  await importUsers(await aCtx(), importUsersInput.parse({ users }));
}

type Named = { userId?: bigint; phone?: string; inMinutes?: number };

/** A promise to user 1, due now unless said otherwise. Returns the id. */
async function aPromise({ userId = 1n, inMinutes = 0, ...named }: Named = {}): Promise<number> {
  const ctx = await aCtx();
  const scheduledFor = new Date(ctx.now.getTime() + inMinutes * 60_000).toISOString();
  return (await scheduleCallback(ctx, { userId, scheduledFor, ...named })).id;
}

async function take(agentId: number) {
  const { next } = await takeNext(await aCtx(), { agentId });
  const callSessionId = BigInt(next!.callSessionId as string);
  const [call] = await query(
    db,
    z.object({ number: z.string().nullable() }),
    sql`SELECT number FROM call_sessions WHERE id = ${callSessionId}`,
  );
  return { ...next!, callSessionId, number: call!.number };
}

const codeOf = (error: { code: string }): string => error.code;
const statusOf = async (id: number): Promise<string> => (await getCallback(await aCtx(), { id })).status;

test("a promise rings the number it names, and every place shows that number", async () => {
  await bring();
  const agentId = await anAgent();
  const id = await aPromise({ phone: "07700 900123" });
  await tick();
  const { callbacks } = await listCallbacks(await aCtx(), { limit: 10, search: "7700900123" });
  expect(callbacks).toMatchObject([{ id, phone: "07700 900123", userPhone: "07700 900123" }]);
  expect(await getCallback(await aCtx(), { id })).toMatchObject({ dialLink: `tel:${DIALS_MOBILE}` });
  expect(await take(agentId)).toMatchObject({ callbackId: id, number: DIALS_MOBILE, user: { phone: "07700 900123" } });
  const { hero } = await seeDesk(await aCtx(), { agentId, timeZone: "UTC" });
  expect(hero?.user).toMatchObject({ phone: "+44 7700 900123", dialLink: `tel:${DIALS_MOBILE}` });
  expect(hero?.user?.numbers).toEqual([{ phone: MOBILE, label: "mobile" }]);
  await expectInvariants();
});

test("an extension is a number of its own", async () => {
  await bring();
  const agentId = await anAgent();
  await aPromise({ phone: `${HOME} ext. 12` });
  await tick();
  expect((await take(agentId)).number).toBe("+442079460001;ext=12");
});

test("a promise to a number that cannot be dialled is refused, and so is one to a marked number", async () => {
  await bring();
  const agentId = await anAgent();
  expect(await aPromise({ phone: "ask reception" }).catch(codeOf)).toBe("invalid_input");
  await aPromise({ phone: MOBILE });
  await tick();
  await recordOutcome(await aCtx(), {
    callSessionId: (await take(agentId)).callSessionId,
    outcomeType: "wrong_number",
  });
  expect(await aPromise({ phone: MOBILE }).catch(codeOf)).toBe("wrong_number");
  expect(await aPromise({ userId: 2n }).then(statusOf)).toBe("pending");
});

test("a promise to a named number is not offered while that number is in a call with somebody else", async () => {
  await bring();
  const agentId = await anAgent();
  const id = await aPromise({ phone: MOBILE });
  await tick();
  await recordCall(await aCtx(), { userId: 2n, direction: "inbound", status: "in_progress" });
  expect((await takeNext(await aCtx(), { agentId })).next).toBeNull();
  expect(await acceptCallback(await aCtx(), { callbackId: id, agentId }).catch(codeOf)).toBe("user_on_call");
});

test("while the user's own number is in a call with somebody else, a named one may be called", async () => {
  await bring();
  const agentId = await anAgent();
  const id = await aPromise({ userId: 2n, phone: HOME });
  await tick();
  expect((await take(agentId)).number).toBe("+442079460001");
  // User 1 has that number; the mobile of user 1 is free.
  const other = await anAgent();
  const second = await aPromise({ phone: MOBILE });
  await tick();
  expect((await take(other)).callbackId).toBe(second);
  expect(await statusOf(id)).toBe("pending");
});

test("do-not-call at a named number cancels every promise to that number, also of other persons who have it, and nothing else", async () => {
  await bring();
  const agentId = await anAgent();
  await aPromise({ phone: MOBILE });
  const [own, named, others] = [
    await aPromise({ inMinutes: 60 }),
    await aPromise({ inMinutes: 90, phone: MOBILE }),
    await aPromise({ userId: 2n, inMinutes: 60 }),
  ];
  await tick();
  const { callSessionId } = await take(agentId);
  const { message } = await recordOutcome(await aCtx(), { callSessionId, outcomeType: "do_not_call" });
  expect(message).toContain("2 other promises to this number were cancelled.");
  expect([await statusOf(own), await statusOf(named), await statusOf(others)]).toEqual([
    "pending",
    "cancelled",
    "cancelled",
  ]);
  expect(await aPromise({ phone: MOBILE }).catch(codeOf)).toBe("do_not_call");
  await expectInvariants();
});

test("that the user's own number asked not to be called keeps nobody from a number that is named afterwards", async () => {
  await bring();
  const agentId = await anAgent();
  await aPromise();
  await tick();
  await recordOutcome(await aCtx(), { callSessionId: (await take(agentId)).callSessionId, outcomeType: "do_not_call" });
  expect(await aPromise().catch(codeOf)).toBe("do_not_call");
  const id = await aPromise({ phone: MOBILE });
  await tick();
  expect(await take(agentId)).toMatchObject({ callbackId: id, number: DIALS_MOBILE });
  await expectInvariants();
});

test("an import that marks a number cancels the promises of others that name it", async () => {
  await bring();
  const id = await aPromise({ phone: MOBILE });
  await tick();
  const marked = { id: 2, firstName: "Uma", lastName: "Ortiz", phone: MOBILE, doNotCall: true };
  await importUsers(await aCtx(), importUsersInput.parse({ users: [marked] }));
  expect(await statusOf(id)).toBe("cancelled");
  expect(await liveEntries()).toEqual([]);
  await expectInvariants();
});

test("a wrong number that was named sets its promises aside until it is lifted or another one is named, and no other", async () => {
  await bring();
  const agentId = await anAgent();
  await aPromise({ phone: MOBILE });
  const [lifted, moved, own] = [
    await aPromise({ inMinutes: 60, phone: MOBILE }),
    await aPromise({ inMinutes: 60, phone: MOBILE }),
    await aPromise({ inMinutes: 60 }),
  ];
  await tick();
  await recordOutcome(await aCtx(), {
    callSessionId: (await take(agentId)).callSessionId,
    outcomeType: "wrong_number",
  });
  const isAside = async (id: number): Promise<boolean> =>
    (await getCallback(await aCtx(), { id })).quarantinedAt !== null;
  expect([await isAside(lifted), await isAside(moved), await isAside(own)]).toEqual([true, true, false]);
  expect(await getCallback(await aCtx(), { id: lifted })).toMatchObject({ mark: { kind: "wrong_number" } });
  const scheduledFor = new Date((await aCtx()).now.getTime() + 7_200_000).toISOString();
  await rescheduleCallback(await aCtx(), { callbackId: moved, scheduledFor, phone: HOME });
  expect(await getCallback(await aCtx(), { id: moved })).toMatchObject({
    phone: HOME,
    quarantinedAt: null,
    mark: null,
  });
  const ctx = await aCtx();
  const reason = "They gave it again.";
  expect(await allowCalls(ctx, { userId: 1n, reason }).catch(codeOf)).toBe("wrong_state");
  expect(await allowCalls(ctx, { userId: 1n, reason, phone: "+44 20 7946 0999" }).catch(codeOf)).toBe("not_found");
  expect(await allowCalls(ctx, { userId: 1n, reason, phone: "07700 900123" })).toMatchObject({ users: 2 });
  expect(await isAside(lifted)).toBe(false);
  await expectInvariants();
});

test("the promise that comes out of a call is for the number of that call, or for the one that was said", async () => {
  await bring();
  const agentId = await anAgent();
  await aPromise({ phone: MOBILE });
  await tick();
  const { callSessionId } = await take(agentId);
  const scheduledFor = new Date((await aCtx()).now.getTime() + 60_000).toISOString();
  const first = await recordOutcome(await aCtx(), {
    callSessionId,
    outcomeType: "call_back",
    callback: { scheduledFor },
  });
  expect(await getCallback(await aCtx(), { id: first.newCallbackId! })).toMatchObject({ phone: MOBILE });
  await advance({ minutes: 2 });
  await tick();
  const second = await recordOutcome(await aCtx(), {
    callSessionId: (await take(agentId)).callSessionId,
    outcomeType: "call_back",
    callback: { scheduledFor: new Date((await aCtx()).now.getTime() + 60_000).toISOString(), phone: HOME },
  });
  expect(await getCallback(await aCtx(), { id: second.newCallbackId! })).toMatchObject({ phone: HOME });
});

test("a promise to a number that was not tried does not wait with the one that nobody answered", async () => {
  await bring();
  const agentId = await anAgent();
  await aPromise();
  const mobile = await aPromise({ phone: MOBILE });
  await tick();
  expect(await liveEntries()).toMatchObject([{ named: [mobile] }]);
  await recordOutcome(await aCtx(), { callSessionId: (await take(agentId)).callSessionId, outcomeType: "no_answer" });
  await tick();
  expect(await take(agentId)).toMatchObject({ callbackId: mobile, number: DIALS_MOBILE });
  await expectInvariants();
});

test("an erasure leaves nothing of a number that was named", async () => {
  await bring();
  await aPromise({ inMinutes: 60, phone: "+44 7700 900456" });
  await erasePerson(await aCtx(), { customerId: "1" });
  const [left] = await query(
    db,
    z.object({ places: z.int() }),
    sql`SELECT (SELECT count(*) FROM phone_numbers WHERE number LIKE '%900456')::int
             + (SELECT count(*) FROM callbacks WHERE phone IS NOT NULL)::int
             + (SELECT count(*) FROM callback_events WHERE changes::text LIKE '%900456%')::int AS places`,
  );
  expect(left).toEqual({ places: 0 });
  await expectInvariants();
});
