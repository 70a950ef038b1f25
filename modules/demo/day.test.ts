import { expect, test } from "vitest";
import { takeNext } from "#modules/calls";
import { runDemoDay, seeDemoDay } from "#modules/demo";
import type { Ctx } from "#lib/base/context";
import { aCallback, anAgent, tick } from "#tests/factories/desk";
import { aCtx } from "#tests/setup/ctx";
import { advance, db } from "#tests/setup/database";

const here = (hasDemoDay = true): Promise<Ctx> => aCtx({ limits: { hasDemoDay } });

test("without the setting of npm start there is no demo day to see or to start", async () => {
  expect(await seeDemoDay(await here(false))).toEqual({ isAvailable: false, endsAt: null, last: null });
  await expect(runDemoDay(await here(false), { isRunning: true })).rejects.toMatchObject({ code: "not_found" });
  expect(await db.demoDay.count()).toBe(0);
});

test("a demo day runs for eight minutes, or until it is ended", async () => {
  const { endsAt } = await runDemoDay(await here(), { isRunning: true });
  expect(endsAt).toBe("2026-03-02T09:08:00.000Z");
  await advance({ minutes: 8 });
  expect(await seeDemoDay(await here())).toMatchObject({ isAvailable: true, endsAt: null });
  await runDemoDay(await here(), { isRunning: true });
  expect(await runDemoDay(await here(), { isRunning: false })).toMatchObject({ isAvailable: true, endsAt: null });
  expect(await runDemoDay(await here(), { isRunning: false })).toMatchObject({ isAvailable: true, endsAt: null });
});

test("ten people who press the button at once start one day", async () => {
  const ctx = await here();
  await Promise.all(Array.from({ length: 10 }, () => runDemoDay(ctx, { isRunning: true })));
  expect(await db.demoDay.count()).toBe(1);
});

test("after a demo day it is said what became of its promises, for an hour", async () => {
  await runDemoDay(await here(), { isRunning: true });
  const ann = await anAgent();
  for (const inMinutes of [0, 0, 3]) await aCallback({ preferredAgentId: ann, inMinutes });
  await tick();
  await takeNext(await aCtx(), { agentId: ann });
  expect((await seeDemoDay(await here())).last).toBeNull();
  await advance({ minutes: 8 });
  expect((await seeDemoDay(await here())).last).toMatchObject({ promised: 3, onTime: 1, late: 1, toCome: 1 });
  await advance({ minutes: 60 });
  expect((await seeDemoDay(await here())).last).toBeNull();
});
