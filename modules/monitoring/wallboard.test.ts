import { expect, test } from "vitest";
import { execute, sql } from "#lib/database/sql";
import { isZone } from "#lib/time/zone";
import { decideStatus, listAgents } from "#modules/agents";
import { listQueue } from "#modules/call-queue";
import { recordCall, recordOutcome, takeNext } from "#modules/calls";
import {
  acceptCallback,
  cancelCallback,
  countCallbacks,
  showCalendar,
  importUsers,
  listCallbacks,
  listOverdue,
  scheduleCallback,
  snoozeCallback,
} from "#modules/callbacks";
import { pendingCallbacks, seeDesk } from "#modules/desk";
import { callbackMonitoring, wallboard } from "#modules/monitoring";
import { aCallback, anAgent, aRegularEntry, aUser, everybodyIsAlive, tick } from "#tests/factories/desk";
import { aCtx } from "#tests/setup/ctx";
import { advance, db, setClock } from "#tests/setup/database";

const wall = async (timeZone = "UTC") => wallboard(await aCtx(), { timeZone });

test("an empty desk has a wallboard of zeros, without a tick and without an alert", async () => {
  const empty = await wall();
  expect(empty.figures).toMatchObject({ dueNow: 0, overdueNow: 0, oldestOverdueSince: null, dueToday: 0 });
  expect(empty).toMatchObject({
    lastTick: null,
    alerts: [],
    needsYou: [],
    agents: [],
    unsent: [],
    quarters: [],
    ticks: [],
    week: [],
  });
  expect(empty.queues).toEqual([
    { queueType: "unsigned_users", waiting: 0, callbacks: 0, oldestSince: null },
    { queueType: "outstanding_requests", waiting: 0, callbacks: 0, oldestSince: null },
  ]);
});

test("the figures of today are those of the monitoring since midnight", async () => {
  const ann = await anAgent();
  await aCallback({ inMinutes: -600 });
  for (const inMinutes of [-30, -20, 0]) await aCallback({ inMinutes, preferredAgentId: ann });
  await acceptCallback(await aCtx(), { callbackId: 4, agentId: ann });
  for (const seconds of [3, 10])
    await recordCall(await aCtx(), {
      userId: await aUser(),
      direction: "inbound",
      status: "completed",
      durationSeconds: seconds,
    });
  await tick();
  await advance({ minutes: 3 });
  const { figures, alerts, lastTick, from } = await wall();
  // The period of the monitoring is whole hours.
  await setClock("2026-03-02T10:00:00Z");
  const later = await wall();
  const { healthMetrics, metrics, alerts: same } = await callbackMonitoring(await aCtx(), { hours: 10 });
  expect(from).toEqual(new Date("2026-03-02T00:00:00Z"));
  expect(later.figures).toMatchObject({
    onTimeRate: healthMetrics.onTimeRate,
    agentAssignmentSuccessRate: healthMetrics.agentAssignmentSuccessRate,
    healthScore: healthMetrics.healthScore,
    healthReasons: healthMetrics.healthReasons,
    callbackConversionRate: healthMetrics.callbackConversionRate,
    inboundWithCallbacksScheduled: healthMetrics.inboundWithCallbacksScheduled,
    dueToday: metrics.dueInPeriod,
    keptOnTime: metrics.keptOnTime,
    overdueNow: metrics.overdueNow,
  });
  expect(later.alerts).toEqual(same);
  expect(figures).toMatchObject({ dueToday: 3, keptOnTime: 1, onTimeRate: 33.3, onTimeTarget: 95, overdueNow: 4 });
  expect(alerts.length).toBeGreaterThan(0);
  expect(lastTick).toMatchObject({ at: "2026-03-02T09:00:00.000Z" });
});

test("due now is what the next tick looks at, and the next quarter hour is what is not yet overdue", async () => {
  for (const inMinutes of [-6, -1, 0, 6, 7, 15, 16]) await aCallback({ inMinutes });
  const { figures } = await wall();
  expect(figures).toMatchObject({ dueNow: 4, dueInQuarterHour: 4, overdueNow: 2 });
  expect(figures.oldestOverdueSince).toEqual(new Date("2026-03-02T08:54:00Z"));
  expect((await tick()).ledger?.due).toBe(figures.dueNow);
});

test("today is the day of the asked-for zone", async () => {
  await aCallback({ inMinutes: -9 * 60 - 30 });
  expect((await wall()).figures.dueToday).toBe(0);
  expect((await wall("Europe/Paris")).figures.dueToday).toBe(1);
  expect((await wall("America/New_York")).from).toEqual(new Date("2026-03-02T05:00:00Z"));
  // Ten in the evening in New York is still the first of March.
  await setClock("2026-03-02T03:00:00Z");
  expect((await wall("America/New_York")).from).toEqual(new Date("2026-03-01T05:00:00Z"));
});

test("a zone that is none is refused, and every zone of a browser is one", async () => {
  for (const timeZone of ["Mars/Olympus", "+02:00", ""])
    await expect(wall(timeZone)).rejects.toMatchObject({ code: "invalid_input" });
  const zones = Intl.supportedValuesOf("timeZone").filter(isZone);
  const unknown =
    await db.$queryRaw`SELECT z FROM unnest(${zones}::text[]) z WHERE z NOT IN (SELECT name FROM pg_timezone_names)`;
  expect([zones.length > 300, unknown]).toEqual([true, []]);
});

test("a quarter hour has its kept, missed and open promises, and how long people waited", async () => {
  const ann = await anAgent();
  const at = (inMinutes: number) => aCallback({ inMinutes, preferredAgentId: ann });
  const [kept, late] = [await at(-4), await at(-14)];
  await at(-10);
  await at(-3);
  await at(20);
  await cancelCallback(await aCtx(), { callbackId: await at(-2), reason: "not needed" });
  for (const callbackId of [kept, late]) await acceptCallback(await aCtx(), { callbackId, agentId: ann });
  expect((await wall()).quarters).toEqual([
    {
      at: "2026-03-02T08:45:00.000Z",
      promised: 4,
      kept: 1,
      missed: 2,
      open: 1,
      medianWaitSeconds: 540,
      longestWaitSeconds: 840,
    },
    {
      at: "2026-03-02T09:15:00.000Z",
      promised: 1,
      kept: 0,
      missed: 0,
      open: 1,
      medianWaitSeconds: null,
      longestWaitSeconds: null,
    },
  ]);
});

test("on time counts what is decided, and every place that shows it says the same", async () => {
  const ann = await anAgent();
  const at = (inMinutes: number) => aCallback({ inMinutes, preferredAgentId: ann });
  const [kept, late] = [await at(-4), await at(-14)];
  // Missed, still in time to the last instant, and still to come.
  for (const inMinutes of [-6, -5, -1, 20]) await at(inMinutes);
  for (const callbackId of [kept, late]) {
    await acceptCallback(await aCtx(), { callbackId, agentId: ann });
    const { next } = await takeNext(await aCtx(), { agentId: ann });
    await recordOutcome(await aCtx(), { callSessionId: BigInt(next!.callSessionId), outcomeType: "answered" });
  }
  const { figures, quarters, week } = await wall();
  const { metrics, healthMetrics } = await callbackMonitoring(await aCtx(), { hours: 9 });
  const { day } = await seeDesk(await aCtx(), { agentId: ann, timeZone: "UTC" });
  const due = quarters.filter(({ at }) => Date.parse(String(at)) <= Date.parse("2026-03-02T09:00:00Z"));
  const sum = (of: (row: (typeof due)[number]) => number) => due.reduce((total, row) => total + of(row), 0);
  expect(figures).toMatchObject({ dueToday: 5, keptOnTime: 1, stillInTime: 2, onTimeRate: 33.3 });
  expect(metrics).toMatchObject({ dueInPeriod: 5, keptOnTime: 1, stillInTime: 2 });
  expect(healthMetrics.onTimeRate).toBe(figures.onTimeRate);
  expect([sum(({ kept }) => kept), sum(({ missed }) => missed), sum(({ open }) => open)]).toEqual([1, 2, 2]);
  expect(week.map(({ promised, kept }) => [promised, kept])).toEqual([[3, 1]]);
  expect([day.kept, day.onTime]).toEqual([2, 1]);
});

test("a call in time to a number that is somebody else's keeps no promise, and one that nobody answers does", async () => {
  const ann = await anAgent();
  for (const outcomeType of ["wrong_number", "no_answer"] as const) {
    await aCallback({ maxAttempts: 1 });
    await tick();
    const { next } = await takeNext(await aCtx(), { agentId: ann });
    await recordOutcome(await aCtx(), { callSessionId: BigInt(next!.callSessionId), outcomeType });
  }
  expect((await wall()).figures).toMatchObject({ dueToday: 2, keptOnTime: 1, onTimeRate: 50 });
});

test("nothing is below the target while nothing is decided", async () => {
  await aCallback({ inMinutes: -5 });
  expect((await wall()).figures).toMatchObject({ dueToday: 1, stillInTime: 1, keptOnTime: 0, onTimeRate: 100 });
});

test("a callback that waits for the morning of its user is not overdue, on the wallboard and in every list of late ones", async () => {
  const ann = await anAgent();
  await setClock("2026-03-02T17:00:00Z");
  const userId = await aUser({ timeZone: "America/New_York" });
  const id = await aCallback({ userId, preferredAgentId: ann });
  const really = await aCallback({ userId: await aUser({ timeZone: "Asia/Tokyo" }) });
  await tick();
  await setClock("2026-03-03T04:25:00Z");
  await everybodyIsAlive();
  await tick();
  const { figures, needsYou } = await wall();
  expect(figures).toMatchObject({ overdueNow: 1, waitForMorning: 1 });
  expect(needsYou.filter(({ kind }) => kind === "overdue").map(({ callbackId }) => callbackId)).toEqual([really]);
  expect((await callbackMonitoring(await aCtx(), { hours: 1 })).metrics).toMatchObject({
    overdueNow: 1,
    waitForMorning: 1,
  });
  expect((await listOverdue(await aCtx(), { limit: 10 })).callbacks.map((one) => one.id)).toEqual([really]);
  const { callbacks } = await listCallbacks(await aCtx(), { limit: 10 });
  expect(callbacks.find((one) => one.id === id)?.waitsUntil).toBe("2026-03-03T13:00:00.000Z");
  const [mine] = (await pendingCallbacks(await aCtx(), { agentId: ann })).callbacks.filter((one) => one.id === id);
  expect(mine).toMatchObject({ isOverdue: false, waitsUntil: "2026-03-03T13:00:00.000Z" });
  await setClock("2026-03-03T13:00:01Z");
  expect((await wall()).figures).toMatchObject({ overdueNow: 2, waitForMorning: 0 });
});

test("a promise that somebody is calling about is not late however long the call lasts, nor is one that the call covers; afterwards it is, unless it was kept", async () => {
  const [ann, userId] = [await anAgent(), await aUser()];
  const id = await aCallback({ userId, preferredAgentId: ann });
  const covered = await aCallback({ userId });
  await tick();
  const { next } = await takeNext(await aCtx(), { agentId: ann });
  await advance({ minutes: 20 });
  await everybodyIsAlive();
  expect((await wall()).figures).toMatchObject({ lateNow: 0, overdueNow: 0 });
  expect((await listOverdue(await aCtx(), { limit: 10 })).callbacks).toEqual([]);
  const rows = async () =>
    (await listCallbacks(await aCtx(), { limit: 10 })).callbacks.map((one): [number, boolean] => [
      one.id,
      one.isInCall,
    ]);
  expect(new Map(await rows())).toEqual(
    new Map([
      [id, true],
      [covered, true],
    ]),
  );
  await recordOutcome(await aCtx(), { callSessionId: BigInt(next!.callSessionId), outcomeType: "no_answer" });
  expect(new Map(await rows())).toEqual(
    new Map([
      [id, false],
      [covered, false],
    ]),
  );
  await advance({ days: 1 });
  await everybodyIsAlive();
  expect((await wall()).figures.overdueNow).toBe(2);
});

test("late, due and nobody's callbacks are the same rows in the list as the wall counts, without what waits for the morning", async () => {
  const ann = await anAgent();
  await setClock("2026-03-02T17:00:00Z");
  await aCallback({ userId: await aUser({ timeZone: "America/New_York" }), preferredAgentId: ann });
  const late = await aCallback({ userId: await aUser({ timeZone: "Asia/Tokyo" }) });
  await tick();
  await setClock("2026-03-03T04:25:00Z");
  await everybodyIsAlive();
  const justDue = await aCallback({
    userId: await aUser({ timeZone: "Asia/Tokyo" }),
    inMinutes: -4,
    preferredAgentId: ann,
  });
  await aCallback({ userId: await aUser({ timeZone: "Asia/Tokyo" }), inMinutes: 4, preferredAgentId: ann });
  await tick();
  await execute(
    db,
    sql`UPDATE call_queue SET assigned_to_agent_id = NULL, status = 'pending' WHERE callback_id = ${late}`,
  );
  const listed = async (only: "late" | "due" | "unassigned") =>
    (await listCallbacks(await aCtx(), { only, limit: 10 })).callbacks.map(({ id }) => id);
  const { lateNow, overdueNow, waitingForAgent } = (await wall()).figures;
  expect([await listed("late"), await listed("due")]).toEqual([[late], [justDue]]);
  expect([lateNow, overdueNow - lateNow]).toEqual([1, 1]);
  expect(await listed("unassigned")).toContain(late);
  expect(await listed("unassigned")).toHaveLength(waitingForAgent);
});

test("every figure that stands in two places is the same there, and as many as the rows that it leads to", async () => {
  const [ann, ben] = [await anAgent({ name: "Ann" }), await anAgent({ name: "Ben" })];
  for (const inMinutes of [-20, -2, -1, 60]) await aCallback({ inMinutes, preferredAgentId: ann });
  for (const inMinutes of [-9, -3]) await aCallback({ inMinutes, preferredAgentId: ben });
  await aCallback({ acceptedBy: ben });
  for (const _ of [1, 2]) await aRegularEntry(await aUser());
  await aRegularEntry(await aUser(), { queueType: "unsigned_users" });
  await tick();
  await takeNext(await aCtx(), { agentId: ann });
  await execute(
    db,
    sql`UPDATE call_queue SET assigned_to_agent_id = NULL, status = 'pending'
        WHERE id = (SELECT max(id) FROM call_queue WHERE assigned_to_agent_id = ${ann} AND call_session_id IS NULL)`,
  );
  const ctx = await aCtx();
  const { agents, queues, figures } = await wall();
  const { agents: listed } = await listAgents(ctx, { limit: 10 });
  const open = { status: ["pending", "accepted"] as ["pending", "accepted"], limit: 100 };
  for (const { id, load } of agents) {
    const { entries } = await listQueue(ctx, { agentId: id, limit: 100 });
    const theirs = entries.filter(({ assignedToAgentId }) => assignedToAgentId === id);
    const { openCallbacks, owns, holds } = listed.find((one) => one.id === id)!;
    expect([load, holds]).toEqual([theirs.length, theirs.filter(({ callbackId }) => callbackId !== null).length]);
    const { callbacks } = await listCallbacks(ctx, { agentId: id, ...open });
    expect(openCallbacks).toBe(callbacks.length);
    expect(holds).toBeLessThanOrEqual(openCallbacks);
    expect(owns).toBe(callbacks.filter(({ preferredAgentId }) => preferredAgentId === id).length);
  }
  const { entries, depth } = await listQueue(ctx, { limit: 100 });
  for (const { queueType, waiting, callbacks } of queues) {
    const queued = entries.filter((one) => one.queueType === queueType && one.callSessionId === null);
    expect([waiting, callbacks]).toEqual([
      queued.length,
      queued.filter(({ callbackId }) => callbackId !== null).length,
    ]);
    expect(Object.keys(depth)).toContain(queueType);
  }
  const span = { from: "2026-03-02T00:00:00Z", to: "2026-03-03T00:00:00Z" };
  const counts = await countCallbacks(ctx, span);
  const { lateNow, overdueNow, waitingForAgent } = figures;
  expect([lateNow, overdueNow - lateNow, waitingForAgent]).toEqual([counts.late, counts.due, counts.unassigned]);
  const { callbacks: today } = await listCallbacks(ctx, { ...span, limit: 100 });
  expect(counts.inSpan).toBe(today.length);
  const { quarters } = await showCalendar(ctx, span);
  expect([
    quarters.reduce((sum, { callbacks }) => sum + callbacks, 0),
    quarters.reduce((sum, { late }) => sum + late, 0),
  ]).toEqual([today.length, counts.late]);
  const { metrics } = await callbackMonitoring(ctx, { hours: 1 });
  expect([metrics.overdueNow, counts.late + counts.due]).toEqual([overdueNow, overdueNow]);
  for (const only of ["late", "due", "unassigned"] as const)
    expect((await listCallbacks(ctx, { only, limit: 100 })).callbacks).toHaveLength(counts[only]);
  expect(counts.unassigned).toBe(1);
});

test("the ticks of a quarter hour are counted with the longest gap before one, and the newest shows its ledger", async () => {
  await aCallback();
  for (const step of [{ minutes: 1 }, { minutes: 4 }, { minutes: 11 }]) {
    await tick();
    await advance(step);
  }
  await tick();
  await execute(
    db,
    sql`UPDATE tick_runs SET finished_at = started_at + interval '41 milliseconds', due = due + 1 WHERE id = 4`,
  );
  const { ticks, lastTick, needsYou } = await wall();
  expect(ticks).toEqual([
    { at: "2026-03-02T09:00:00.000Z", runs: 3, longestMs: 0, longestGapSeconds: 240 },
    { at: "2026-03-02T09:15:00.000Z", runs: 1, longestMs: 41, longestGapSeconds: 660 },
  ]);
  expect(lastTick).toMatchObject({ id: "4", durationMs: 41, due: 2, alreadyQueued: 1, newlyQueued: 0, difference: 1 });
  expect(needsYou.filter(({ kind }) => kind === "open_ledger").map(({ id }) => id)).toEqual(["4"]);
});

test("agents have their state, since when, and their load; who is here stands first", async () => {
  const ann = await anAgent({ name: "Ann" });
  await anAgent({ name: "Ben", status: "break" });
  await anAgent({ name: "Cy", status: null });
  for (let n = 0; n < 2; n += 1) await aCallback({ preferredAgentId: ann });
  await tick();
  await advance({ minutes: 1 });
  await takeNext(await aCtx(), { agentId: ann });
  await anAgent({ name: "Dee" });
  const { agents, agentStates, agentCallbackCap } = await wall();
  expect(agents.map(({ name, state, load }) => [name, state, load])).toEqual([
    ["Ann Able", "on_call", 2],
    ["Dee Able", "available", 0],
    ["Ben Able", "break", 0],
    ["Cy Able", "gone", 0],
  ]);
  expect(agents.map(({ since }) => since)).toEqual([
    "2026-03-02T09:01:00.000Z",
    "2026-03-02T09:01:00.000Z",
    "2026-03-02T09:00:00.000Z",
    null,
  ]);
  expect([agentStates, agentCallbackCap]).toEqual([{ on_call: 1, available: 1, break: 1, gone: 1 }, 10]);
  // Ben said nothing for longer than the grace time; Ann is in a call.
  await advance({ seconds: 61 });
  expect((await wall()).agentStates).toEqual({ on_call: 1, silent: 1, available: 1, gone: 1 });
});

test("a callback waits from its time on, where its place in the queue is older and where it is newer", async () => {
  await anAgent();
  await aCallback({ inMinutes: 5 });
  await tick();
  await advance({ minutes: 2 });
  const since = async () => (await wall()).queues.find(({ waiting }) => waiting > 0)?.oldestSince;
  expect(await since()).toBe("2026-03-02T09:02:00.000Z");
  await advance({ minutes: 10 });
  expect(await since()).toBe("2026-03-02T09:05:00.000Z");
  await aCallback({ inMinutes: -20 });
  await tick();
  expect(await since()).toBe("2026-03-02T08:52:00.000Z");
});

test("queues count waiting entries by type, and since when; callbacks are counted apart, entries in a call not at all", async () => {
  const ann = await anAgent();
  await aRegularEntry(await aUser(), { queueType: "unsigned_users" });
  await advance({ minutes: 10 });
  await aRegularEntry(await aUser(), { queueType: "unsigned_users" });
  await aCallback();
  await everybodyIsAlive();
  await decideStatus(await aCtx(), { agentId: ann, status: "break" });
  await tick();
  const { queues, figures } = await wall();
  expect(queues).toEqual([
    { queueType: "unsigned_users", waiting: 2, callbacks: 0, oldestSince: "2026-03-02T09:00:00.000Z" },
    { queueType: "outstanding_requests", waiting: 1, callbacks: 1, oldestSince: "2026-03-02T09:10:00.000Z" },
  ]);
  expect(figures.waitingForAgent).toBe(1);
  await takeNext(await aCtx(), { agentId: ann });
  const after = await wall();
  expect([after.queues[1]?.waiting, after.figures.waitingForAgent]).toEqual([0, 0]);
});

test("the rows that need a supervisor come most urgent first, with only the name of the user", async () => {
  const ann = await anAgent({ name: "Ann" });
  const userId = await aUser({ firstName: "Secret" });
  const [lost, late, snoozed] = [
    await aCallback({ userId }),
    await aCallback({ inMinutes: -30, preferredAgentId: ann }),
    await aCallback({ preferredAgentId: ann }),
  ];
  await tick();
  for (let n = 0; n < 4; n += 1) await snoozeCallback(await aCtx(), { callbackId: snoozed, snoozeMinutes: 5 });
  const { id: callId } = await recordCall(await aCtx(), {
    userId: await aUser(),
    agentId: ann,
    direction: "inbound",
    status: "completed",
    durationSeconds: 9,
  });
  await advance({ minutes: 2 });
  await execute(
    db,
    sql`UPDATE call_queue SET status = 'removed', closed_at = ringback_now(), closed_reason = 'lost by a test' WHERE callback_id = ${lost}`,
  );
  const found = await wall();
  expect(found.needsYou.map(({ kind, id, agent, snoozes }) => [kind, id, agent, snoozes])).toEqual([
    ["not_queued", String(lost), null, 0],
    ["overdue", String(late), "Ann Able", 0],
    ["no_outcome", String(callId), "Ann Able", 0],
    ["last_snooze", String(snoozed), "Ann Able", 4],
  ]);
  expect(found.needsYou[0]).toMatchObject({
    callbackId: lost,
    userId: String(userId),
    userName: "Secret User",
    since: "2026-03-02T09:00:00.000Z",
  });
  expect(JSON.stringify(found)).not.toMatch(/15550100/);
});

test("what a wrong number sets aside says so, also of a number that the promise names, and is no fault of the queue", async () => {
  const ann = await anAgent();
  const phone = "+44 20 7946 0001";
  const person = { firstName: "Uma", lastName: "User" };
  await importUsers(await aCtx(), {
    users: [
      { ...person, id: 1n, phone },
      { ...person, id: 2n, phone: "+44 20 7946 0002" },
    ],
  });
  await aCallback({ userId: 1n, acceptedBy: ann });
  const aside = [
    await aCallback({ userId: 1n, inMinutes: 2 }),
    (await scheduleCallback(await aCtx(), { userId: 2n, phone, scheduledFor: "2026-03-02T09:05:00Z" })).id,
  ];
  await tick();
  const { next } = await takeNext(await aCtx(), { agentId: ann });
  await recordOutcome(await aCtx(), { callSessionId: BigInt(next!.callSessionId), outcomeType: "wrong_number" });
  await advance({ minutes: 5 });
  await tick();
  const { needsYou, figures, alerts } = await wall();
  expect(needsYou.map(({ kind, callbackId, whyNotQueued }) => [kind, callbackId, whyNotQueued])).toEqual(
    aside.map((id) => ["set_aside", id, "the number is known to be wrong"]),
  );
  expect(figures.healthReasons).toEqual([]);
  expect(alerts.map(({ message }) => message)).toEqual(["Callbacks set aside; each says why."]);
});

test("a row that needs somebody says whether the named agent has the callback or was only asked for", async () => {
  const [here, gone] = [await anAgent(), await anAgent({ status: null })];
  const held = await aCallback({ preferredAgentId: here, inMinutes: -10 });
  const asked = await aCallback({ preferredAgentId: gone, inMinutes: -9 });
  const anybodys = await aCallback({ inMinutes: -8 });
  await tick();
  await execute(
    db,
    sql`UPDATE call_queue SET assigned_to_agent_id = NULL, status = 'pending' WHERE callback_id <> ${held}`,
  );
  const { needsYou } = await wall();
  expect(needsYou.map(({ callbackId, agentId, isHeld }) => [callbackId, agentId, isHeld])).toEqual([
    [held, here, true],
    [asked, gone, false],
    [anybodys, null, false],
  ]);
});

test("the week counts the promises of four weeks by weekday and hour of the asked-for zone, and those kept", async () => {
  const ann = await anAgent();
  await acceptCallback(await aCtx(), { callbackId: await aCallback({ preferredAgentId: ann }), agentId: ann });
  await aCallback({ inMinutes: -10 });
  await aCallback({ inMinutes: 10 });
  expect((await wall()).week).toEqual([
    { weekday: 1, hour: 8, promised: 1, kept: 0 },
    { weekday: 1, hour: 9, promised: 1, kept: 1 },
  ]);
  expect((await wall("Asia/Tokyo")).week.map(({ hour }) => hour)).toEqual([17, 18]);
  await advance({ days: 28 });
  expect((await wall()).week).toEqual([{ weekday: 1, hour: 9, promised: 1, kept: 0 }]);
});
