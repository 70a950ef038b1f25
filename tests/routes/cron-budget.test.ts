/** The time budget of crons: one that is spent begins nothing, loses nothing, and the next run does the work. Retention: in its own test. */
import { expect, test } from "vitest";
import { z } from "zod";
import { query, type Sql, sql } from "#lib/database/sql";
import { refreshQueue } from "#modules/call-queue";
import { promiseCallback } from "#modules/callbacks";
import { runTick } from "#modules/calls";
import { sweepTasks } from "#modules/cursor-tasks";
import { drainMessagesForCron } from "#modules/messages";
import { drainForCron } from "#modules/runs";
import { UNBOUNDED } from "#lib/time/until";
import { aUser } from "#tests/factories/desk";
import { drainMessages, messageStates, aText } from "#tests/factories/messages";
import { aRun, itemsOf, work } from "#tests/factories/runs";
import { aTask, CONVERSATION, ends, isOver } from "#tests/factories/tasks";
import { SPENT } from "#tests/factories/until";
import { aCtx } from "#tests/setup/ctx";
import { advance, db, START } from "#tests/setup/database";

const aCron = (limits: NonNullable<Parameters<typeof aCtx>[0]>["limits"] = {}) =>
  aCtx({ actor: { kind: "cron" }, limits, newId: () => crypto.randomUUID() });

async function count(from: Sql): Promise<number> {
  const [row] = await query(db, z.object({ n: z.int() }), sql`SELECT count(*)::int AS n FROM ${from}`);
  return row!.n;
}

test("a tick without time routes what is due, and leaves the texts before calls to the next one", async () => {
  const ctx = await aCron({ reminderFrom: "+14155550100", reminderLeadMinutes: 30 });
  const userId = await aUser({ phone: "+442079460001" });
  const scheduledFor = new Date(START.getTime() + 31 * 60_000).toISOString();
  await promiseCallback(ctx, { userId, scheduledFor, remind: true });
  await advance({ minutes: 26 });
  const later = { ...ctx, now: (await aCtx()).now };
  const texts = sql`callback_texts WHERE occasion = 'soon'`;
  expect(await runTick(later, { source: "cron", until: SPENT })).toMatchObject({ results: { notified: 1 } });
  expect(await count(texts)).toBe(0);
  await runTick(later, { source: "cron" });
  expect(await count(texts)).toBe(1);
});

test("a refresh without time changes nothing, and the next one fills the queue", async () => {
  const userId = await aUser();
  await db.claim.create({ data: { id: 1n, userId, status: "open", signatureMissingSince: START } });
  await expect(refreshQueue(await aCron(), SPENT)).rejects.toThrow();
  expect(await count(sql`live_entries`)).toBe(0);
  await refreshQueue(await aCron());
  expect(await count(sql`live_entries`)).toBe(1);
});

test("a cron of messages without time stores and sends nothing, and the next one does", async () => {
  await aText({ urgent: true });
  expect(await drainMessagesForCron(await aCron(), SPENT)).toMatchObject({ stored: 0, sent: 0 });
  expect(await messageStates()).toEqual([]);
  await drainMessages();
  expect(await messageStates()).toEqual(["sent"]);
});

test("a cron of jobs without time claims nothing and spends no attempt, and the next one does the work", async () => {
  const id = await aRun({ scenarios: 2 });
  expect(await drainForCron(await aCron(), SPENT)).toEqual({ probes: 0, analyses: 0, faults: 0 });
  expect(await itemsOf(id)).toEqual({ waiting: 2 });
  await work();
  expect(await itemsOf(id)).toEqual({ completed: 2 });
});

test("a sweep of tasks without time makes no callback, and the next one does", async () => {
  await aTask("late", { userId: await aUser() });
  await isOver(CONVERSATION);
  await ends("late");
  expect(await sweepTasks(await aCron(), SPENT)).toMatchObject({ callbacks: 0, undeliverable: 0 });
  expect(await sweepTasks(await aCron(), UNBOUNDED)).toMatchObject({ callbacks: 1 });
});
