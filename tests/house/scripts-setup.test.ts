import { expect, test } from "vitest";
import { readClock } from "#lib/time/clock";
import { advance, connectTest, db, START, setClock } from "#tests/setup/database";
import { expectConsole } from "#tests/setup/console";
import { aCtx, logged, runAfterAnswer } from "#tests/setup/ctx";
import { realClockDatabase } from "#tests/setup/real-clock";

test("every test begins on an empty database at the same instant", async () => {
  expect(await readClock(db)).toEqual(START);
  expect(await db.agent.count()).toBe(0);
  await db.agent.create({ data: { firstName: "A", lastName: "B", email: "a@b.test", createdAt: START } });
});

test("the next one begins there too, with ids from one", async () => {
  expect(await db.agent.count()).toBe(0);
  const { id } = await db.agent.create({
    data: { firstName: "A", lastName: "B", email: "a@b.test", createdAt: START },
  });
  expect(id).toBe(1);
});

test("the clock is one for every connection, and moves both ways", async () => {
  const other = connectTest();
  expect(await advance({ minutes: 1, seconds: 30 })).toEqual(new Date("2026-03-02T09:01:30Z"));
  expect((await aCtx({ db: other })).now).toEqual(new Date("2026-03-02T09:01:30Z"));
  await setClock("2026-03-01T00:00:00.001Z");
  expect(await readClock(other)).toEqual(new Date("2026-03-01T00:00:00.001Z"));
});

test("a context counts its ids, keeps what is logged and the work left for after the answer", async () => {
  const ctx = await aCtx({ limits: { snoozeLimit: 1 } });
  expect([ctx.newId(), ctx.newId()].map((id) => id.slice(-2))).toEqual(["01", "02"]);
  expect(ctx.limits).toMatchObject({ snoozeLimit: 1, agentGraceSeconds: 120 });
  ctx.log.info({ what: "done" }, "said");
  expect(logged).toMatchObject([{ what: "done", msg: "said" }]);
  const done: number[] = [];
  ctx.afterAnswer(async () => {
    done.push(1);
    ctx.afterAnswer(async () => done.push(2));
  });
  expect(done).toEqual([]);
  await runAfterAnswer();
  expect(done).toEqual([1, 2]);
});

test("control: the real clock is the machine's", async () => {
  const distance = Math.abs((await readClock(realClockDatabase)).getTime() - Date.now());
  expect(distance).toBeLessThan(5_000);
});

test("a request to the outside that no test answers fails; the machine itself may be asked", async () => {
  expectConsole(/intercepted a request without a matching request handler/);
  await expect(fetch("https://outside.test/")).rejects.toThrow();
  await expect(fetch("http://127.0.0.1:9/")).rejects.toMatchObject({ cause: { message: "bad port" } });
});
