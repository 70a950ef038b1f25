/** The operations of the desk that are cut off or stalled at every statement, each on a scene that is the same every time. */
import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { once } from "#lib/database/once";
import { execute, query, sql } from "#lib/database/sql";
import { refreshQueue } from "#modules/call-queue";
import { recordOutcome, runTick, takeNext } from "#modules/calls";
import { acceptCallback, cancelCallback, releaseCallback, scheduleCallback, snoozeCallback } from "#modules/callbacks";
import { suppressRecipient } from "#modules/messages";
import { erasePerson } from "#modules/personal-data";
import { aCallback, anAgent, aRegularEntry, aUser, everybodyIsAlive, tick } from "#tests/factories/desk";
import { expectInvariants } from "#tests/factories/invariants";
import { aText, drainMessages } from "#tests/factories/messages";
import { aCtx } from "#tests/setup/ctx";
import { db } from "#tests/setup/database";

/** A scene, and the one operation on it. */
export type Case = { name: string; arrange: () => Promise<unknown>; act: (ctx: Ctx) => Promise<unknown> };

const request = { callbackId: 1, agentId: 1 };
const desk = async (): Promise<void> => {
  await anAgent({ name: "Ann" });
  await anAgent({ name: "Ben" });
  await aRegularEntry(await aUser({ id: 1n }));
};
const withAccepted = async (): Promise<void> => {
  await desk();
  await aCallback({ userId: 1n, acceptedBy: 1 });
};
const withMessages = async (): Promise<void> => {
  await withAccepted();
  await aText({ customerId: 1 });
  await drainMessages();
  const ctx = await aCtx({ newId: () => crypto.randomUUID() });
  await suppressRecipient(ctx, { channel: "sms", recipient: "+442079460001", reason: "stop", why: "asked by letter" });
  await aText({ customerId: 1 });
};
const inCall = async (): Promise<void> => {
  await withAccepted();
  await takeNext(await aCtx(), { agentId: 1 });
};

export const CASES: Case[] = [
  {
    name: "tick",
    arrange: async () => {
      await desk();
      await aCallback({ userId: 1n, preferredAgentId: 2 });
      await aCallback({ userId: 1n, inMinutes: 2 });
      await aCallback({ userId: await aUser({ id: 2n }), inMinutes: -5 });
      const refused = await aUser({ id: 3n });
      await aCallback({ userId: refused });
      await execute(db, sql`UPDATE users SET do_not_call = true WHERE id = 3`);
    },
    act: (ctx) => runTick(ctx, { source: "cron" }),
  },
  {
    name: "tick that gives back a lost call",
    arrange: async () => {
      await inCall();
      await execute(
        db,
        sql`UPDATE agent_sessions SET logout_at = ringback_now(), login_at = ringback_now() WHERE agent_id = 1`,
      );
      await execute(db, sql`UPDATE test_clock SET now = now + interval '31 minutes'`);
      await execute(db, sql`UPDATE agent_sessions SET last_activity = ringback_now() WHERE agent_id = 2`);
    },
    act: (ctx) => runTick(ctx, { source: "cron" }),
  },
  {
    name: "schedule",
    arrange: desk,
    act: (ctx) => scheduleCallback(ctx, { userId: 1n, scheduledFor: "2026-03-02T09:03:00Z" }),
  },
  {
    name: "accept",
    arrange: async () => {
      await desk();
      await aCallback({ userId: 1n });
      await aCallback({ userId: 1n });
      await tick();
    },
    act: (ctx) => acceptCallback(ctx, request),
  },
  { name: "snooze", arrange: withAccepted, act: (ctx) => snoozeCallback(ctx, { callbackId: 1, snoozeMinutes: 5 }) },
  { name: "release", arrange: withAccepted, act: (ctx) => releaseCallback(ctx, request) },
  { name: "cancel", arrange: withAccepted, act: (ctx) => cancelCallback(ctx, { callbackId: 1, reason: "not needed" }) },
  { name: "next", arrange: withAccepted, act: (ctx) => takeNext(ctx, { agentId: 1 }) },
  { name: "next of a regular entry", arrange: desk, act: (ctx) => takeNext(ctx, { agentId: 1 }) },
  {
    name: "outcome answered",
    arrange: inCall,
    act: (ctx) => recordOutcome(ctx, { callSessionId: 1n, outcomeType: "answered" }),
  },
  {
    name: "outcome no_answer",
    arrange: inCall,
    act: (ctx) => recordOutcome(ctx, { callSessionId: 1n, outcomeType: "no_answer" }),
  },
  {
    name: "outcome call_back",
    arrange: inCall,
    act: (ctx) =>
      recordOutcome(ctx, {
        callSessionId: 1n,
        outcomeType: "call_back",
        callback: { scheduledFor: "2026-03-03T09:00:00Z" },
      }),
  },
  { name: "queue refresh", arrange: desk, act: (ctx) => refreshQueue(ctx) },
  { name: "erase", arrange: withMessages, act: (ctx) => erasePerson(ctx, { customerId: "1" }) },
];

/** As the edge does it: the effect of a case and its key in one transaction. */
export function keyed({ name, act }: Case, ctx: Ctx): Promise<unknown> {
  return once(ctx, { scope: name, key: "the same key", request: name }, (tx) => act(tx).then(toJson));
}

/** The next tick after the operation, with everybody at the desk. */
export async function settleDesk(): Promise<void> {
  await everybodyIsAlive();
  await tick();
  await expectInvariants();
}

/** All rows that matter, without numbers of sequences, which also a rolled-back try uses up. */
export async function picture(): Promise<unknown[]> {
  return query(
    db,
    z.object({ kind: z.string(), row: z.unknown() }),
    sql`SELECT 'callback' AS kind, callback_state(c) - ARRAY['id', 'completed_call_session_id', 'original_call_session_id'] AS row FROM callbacks c
        UNION ALL
        SELECT 'event', jsonb_build_object('user', c.user_id, 'seq', e.seq, 'type', e.type, 'to', e.to_status)
        FROM callback_events e JOIN callbacks c ON c.id = e.callback_id
        UNION ALL
        SELECT 'entry', to_jsonb(q) - ARRAY['id', 'call_session_id', 'callback_id', 'named_callback_ids', 'closed_reason'] FROM call_queue q
        UNION ALL
        SELECT 'call', to_jsonb(s) - ARRAY['id', 'callback_id', 'queue_entry_id', 'outcome'] FROM call_sessions s
        UNION ALL
        SELECT 'notification', to_jsonb(n) - ARRAY['id', 'callback_id', 'queue_entry_id', 'tick_run_id'] FROM callback_notifications n
        UNION ALL
        SELECT 'session', jsonb_build_object('agent', agent_id, 'status', status) FROM agent_sessions
        UNION ALL
        SELECT 'score', to_jsonb(u) FROM user_call_scores u
        ORDER BY 1, 2`,
  );
}

function toJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_key, part) => (typeof part === "bigint" ? String(part) : part)));
}
