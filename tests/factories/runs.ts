/** Definitions and runs, and a worker that works until the queues are empty. */
import { z } from "zod";
import { query, sql } from "#lib/database/sql";
import { UNBOUNDED } from "#lib/time/until";
import { drain, type Handlers } from "#modules/jobs";
import { createDefinition, HANDLERS, startRun } from "#modules/runs";
import { aCtx } from "../setup/ctx.ts";
import { advance, db } from "../setup/database.ts";

/** A definition with so many scenarios of so many turns; its id. */
export async function aDefinition(scenarios = 3, turns = 1): Promise<number> {
  const ctx = await aCtx();
  const { id } = await createDefinition(ctx, {
    name: "Angry customers",
    scenarios: Array.from({ length: scenarios }, (_, place) => ({
      id: `s${place}`,
      title: `Scenario ${place}`,
      messages: Array.from(
        { length: turns },
        (_, turn) => `Where is my parcel ${place}, I ask for the ${turn + 1}. time?`,
      ),
      values: ["honesty", "safety"],
    })),
  });
  return id;
}

type Wish = Partial<Parameters<typeof startRun>[1]> & { scenarios?: number; turns?: number };

/** A run that was started; its id. */
export async function aRun({ scenarios, turns, ...wish }: Wish = {}): Promise<number> {
  const definitionId = wish.definitionId ?? (await aDefinition(scenarios, turns));
  const { run } = await startRun(await aCtx(), { models: ["mock/brief"], ...wish, definitionId });
  return run.id;
}

/** Each analysis starts a Python; in tests about other things analyses end at once. */
const unanalysed = { analyze: async () => {} };

/** Works on jobs until none may begin, as a cron does; the given handlers replace the real ones. */
export async function work(instead: Partial<Handlers> = {}, concurrency = 10, id = "cron"): Promise<void> {
  await drain(
    await aCtx({ limits: { workerConcurrency: concurrency } }),
    { ...HANDLERS, ...unanalysed, ...instead },
    { worker: { id, kind: "cron" }, ...UNBOUNDED, untilEmpty: true },
  );
}

/** Works until all attempts of failing jobs are spent. */
export async function workItOut(): Promise<void> {
  for (let tries = 0; tries < 4; tries += 1) {
    await work();
    await advance({ minutes: 10 });
  }
}

/** The number of items of a run in each state. */
export async function itemsOf(runId: number): Promise<Record<string, number>> {
  const rows = await query(
    db,
    z.object({ state: z.string(), items: z.int() }),
    sql`SELECT state, count(*)::int AS items FROM run_items WHERE run_id = ${runId} GROUP BY state`,
  );
  return Object.fromEntries(rows.map(({ state, items }) => [state, items]));
}
