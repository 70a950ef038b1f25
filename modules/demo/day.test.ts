import { expect, test } from "vitest";
import { runDemoDay, seeDemoDay } from "#modules/demo";
import type { Ctx } from "#lib/context";
import { aCtx } from "#tests/setup/ctx";
import { advance, db } from "#tests/setup/database";

const here = (hasDemoDay = true): Promise<Ctx> => aCtx({ limits: { hasDemoDay } });

test("without the setting of npm start there is no demo day to see or to start", async () => {
  expect(await seeDemoDay(await here(false))).toEqual({ isAvailable: false, endsAt: null });
  await expect(runDemoDay(await here(false), { isRunning: true })).rejects.toMatchObject({ code: "not_found" });
  expect(await db.demoDay.count()).toBe(0);
});

test("a demo day runs for eight minutes, or until it is ended", async () => {
  const { endsAt } = await runDemoDay(await here(), { isRunning: true });
  expect(endsAt).toBe("2026-03-02T09:08:00.000Z");
  await advance({ minutes: 8 });
  expect(await seeDemoDay(await here())).toEqual({ isAvailable: true, endsAt: null });
  await runDemoDay(await here(), { isRunning: true });
  expect(await runDemoDay(await here(), { isRunning: false })).toEqual({ isAvailable: true, endsAt: null });
  expect(await runDemoDay(await here(), { isRunning: false })).toEqual({ isAvailable: true, endsAt: null });
});

test("ten people who press the button at once start one day", async () => {
  const ctx = await here();
  await Promise.all(Array.from({ length: 10 }, () => runDemoDay(ctx, { isRunning: true })));
  expect(await db.demoDay.count()).toBe(1);
});
