import { expect, test } from "vitest";
import { z } from "zod";
import { execute, query, sql } from "#lib/database/sql";
import { UNBOUNDED } from "#lib/time/until";
import { drainForCron, run, timeline } from "#modules/runs";
import { expectInvariants } from "#tests/factories/invariants";
import { aRun, itemsOf, work } from "#tests/factories/runs";
import { aText } from "#tests/factories/messages";
import { aWorker } from "#tests/factories/worker-process";
import { METRICS_TOKEN } from "#tests/setup/secrets";
import { aCtx } from "#tests/setup/ctx";
import { advance, databaseUrl, db } from "#tests/setup/database";
import { freePort } from "../../scripts/ports.ts";

const active = async (): Promise<number> =>
  (
    await query(
      db,
      z.object({ n: z.int() }),
      sql`SELECT count(*)::int AS n FROM pgboss.job_common WHERE name = 'probe_scenario' AND state = 'active'`,
    )
  )[0]!.n;

/** The number of transcripts of a run, and the most attempts that an item was charged. */
const counted = async (id: number) =>
  (
    await query(
      db,
      z.object({ transcripts: z.int(), attempts: z.int() }),
      sql`SELECT (SELECT count(*) FROM run_transcripts WHERE run_id = ${id})::int AS transcripts, max(attempts)::int AS attempts
          FROM run_items WHERE run_id = ${id}`,
    )
  )[0]!;

test("a worker that is killed in the middle of its batch loses no item, none counts twice, and each it held says so in its story", async () => {
  const id = await aRun({ models: ["mock/slow"], scenarios: 12 });
  const { worker, ended } = aWorker(databaseUrl);
  await expect
    .poll(async () => [(await itemsOf(id)).completed ?? 0, await active()])
    .toSatisfy(([done, busy]) => done >= 2 && busy >= 2);
  worker.kill("SIGKILL");
  await ended;
  const lost = await active();
  expect(lost).toBeGreaterThan(0);
  // No other worker takes the jobs before they have missed their heartbeat.
  await work();
  expect(await active()).toBe(lost);
  await advance({ seconds: 61 });
  await work();
  await advance({ minutes: 5 });
  await work();
  expect(await itemsOf(id)).toEqual({ completed: 12 });
  expect((await run({ db }, id))?.status).toBe("COMPLETED");
  expect(await counted(id)).toEqual({ transcripts: 12, attempts: 2 });
  const stories = await Promise.all(Array.from({ length: 12 }, (_, place) => timeline({ db }, `${id}-${place}`)));
  expect(stories.filter((events) => events.some(({ kind }) => kind === "lost"))).toHaveLength(lost);
  await expectInvariants();
});

test("a worker that gets SIGTERM in mid-conversation finishes what is running, takes nothing more, and exits with 0", async () => {
  const id = await aRun({ models: ["mock/slow"], scenarios: 30 });
  const { worker, ended } = aWorker(databaseUrl);
  await expect.poll(active).toBeGreaterThan(1);
  worker.kill("SIGTERM");
  const { code, said } = await ended;
  expect([code, await active()]).toEqual([0, 0]);
  expect(said).not.toMatch(/"level":"(warn|error)"/);
  const { completed = 0, waiting = 0 } = await itemsOf(id);
  expect([completed + waiting, waiting > 0]).toEqual([30, true]);
  expect(await counted(id)).toEqual({ transcripts: completed, attempts: 1 });
});

test("two workers and two crons drain one run together, each item once", async () => {
  const id = await aRun({ models: ["mock/brief", "mock/warm", "mock/refuses"], scenarios: 20 });
  await execute(db, sql`UPDATE job_models SET at_once = 32`);
  aWorker(databaseUrl);
  aWorker(databaseUrl);
  await Promise.all([drainForCron(await aCtx(), UNBOUNDED), drainForCron(await aCtx(), UNBOUNDED)]);
  await expect.poll(async () => (await run({ db }, id))?.status).toBe("COMPLETED");
  expect(await counted(id)).toEqual({ transcripts: 60, attempts: 1 });
});

test("a worker exposes its own counters at its own port, to a bearer of the token", async () => {
  const port = await freePort();
  const scrape = async (token: string, path = "/metrics") => {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers }).catch(() => null);
    return answer && { status: answer.status, text: await answer.text() };
  };
  await aText({ urgent: true });
  const { worker, ended } = aWorker(databaseUrl, { WORKER_METRICS_PORT: String(port) });
  const isCounted = /^messaging_queue_processed_total\{.*outcome="sent".*\} 1$/m;
  await expect.poll(async () => (await scrape(METRICS_TOKEN))?.text ?? "").toMatch(isCounted);
  expect((await scrape("another-token-of-nobody"))?.status).toBe(401);
  expect((await scrape(METRICS_TOKEN, "/"))?.status).toBe(404);
  worker.kill("SIGTERM");
  expect((await ended).code).toBe(0);
});
