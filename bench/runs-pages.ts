/** The pages of runs at a million items: the part of `npm run bench -- runs` that watches. */
import type { Ctx } from "../lib/base/context.ts";
import { monotonic } from "../lib/time/clock.ts";
import {
  analysesWaitingOf,
  analysis,
  deadLetters,
  failureGroups,
  item,
  items,
  itemsWaitingOf,
  models,
  pausesOf,
  progressOf,
  queueStatus,
  recentTasks,
  run,
  runs,
  timeline,
  waitingBecause,
} from "../modules/runs/index.ts";
import type { PrismaClient } from "../prisma/generated/client.ts";
import { median } from "./database.ts";

const ITEMS = Number(process.env.BENCH_ITEMS ?? 1_000_000);
const LOOKS = 31;
/** The number of rows in one statement. */
const PART = 50_000;
/** So many items have a transcript: more than a search reads at a time. */
const WITH_TRANSCRIPT = 100_000;

/** Measures the progress query, and everything that each page asks for, of a run that gets a million items more. */
export async function watching(ctx: Ctx, id: number): Promise<void> {
  await grow(ctx.db as PrismaClient, id);
  const shown = (await run(ctx, id))!;
  const story = `${id}-${Math.floor(ITEMS / 80) * 40 + 1}`;
  const pages: Record<string, [target: string, look: () => Promise<unknown>]> = {
    "progress of a run": ["< 5 ms", () => progressOf(ctx, [shown])],
    "/runs: the list": ["< 200 ms", () => listPage(ctx)],
    "/runs?id=: the page of the run": ["< 200 ms", () => runPage(ctx, id)],
    "/runs?item=: the story of an item": ["< 200 ms", () => storyPage(ctx, story)],
    "/runs?search=: a share of the transcripts": ["< 200 ms", () => items(ctx, id, { search: "said by nobody" })],
    "/queue": ["< 200 ms", () => queuePage(ctx)],
  };
  const rows: Record<string, Record<string, string>> = {};
  for (const [what, [target, look]] of Object.entries(pages)) {
    const times: number[] = [];
    for (let n = 0; n < LOOKS; n += 1) {
      const begun = monotonic();
      await look();
      times.push(monotonic() - begun);
    }
    rows[what] = { "median ms": median(times).toFixed(1), "longest ms": Math.max(...times).toFixed(1), target };
  }
  console.table(rows);
}

/** What a page asks for, one after the other; its requests share a few statements more. */
async function listPage(ctx: Ctx): Promise<void> {
  const page = await runs(ctx, { first: 20 });
  await progressOf(ctx, page.runs);
}

async function runPage(ctx: Ctx, id: number): Promise<void> {
  const found = (await run(ctx, id))!;
  await progressOf(ctx, [found]);
  await waitingBecause(ctx, id);
  await pausesOf(ctx, [found]);
  await recentTasks(ctx, id, 12);
  await failureGroups(ctx, id);
  await analysis(ctx, id);
  await analysesWaitingOf(ctx, [id]);
  await itemsWaitingOf(ctx, (await items(ctx, id, { first: 20 })).items);
  await deadLetters(ctx, { runId: id });
}

async function storyPage(ctx: Ctx, itemId: string): Promise<void> {
  await itemsWaitingOf(ctx, [await item(ctx, itemId)]);
  await timeline(ctx, itemId);
}

async function queuePage(ctx: Ctx): Promise<void> {
  await queueStatus(ctx);
  await models(ctx);
  await deadLetters(ctx);
}

/** Three of four items have ended; one of forty has failed, with its event. */
async function grow(db: PrismaClient, id: number): Promise<void> {
  const [{ from: first }] = (await db.$queryRaw`SELECT total AS from FROM runs WHERE id = ${id}`) as [{ from: number }];
  console.log(`making ${ITEMS.toLocaleString("en")} items, three of four of them ended ...`);
  for (let from = first; from < ITEMS + first; from += PART) {
    const until = Math.min(from + PART, ITEMS + first) - 1;
    await db.$executeRaw`
      INSERT INTO run_items (run_id, place, scenario_place, scenario_id, model_id, repetition, job_id, state, is_live, class, error, ended_at,
                             started_at, tokens_in, tokens_out)
      SELECT ${id}::int, n, 0, 's0', 'mock/' || (n % 8), 1000 + n, gen_random_uuid(), s.state, s.state = 'waiting',
             CASE WHEN s.state = 'failed' THEN 'transient' END, CASE WHEN s.state = 'failed' THEN 'could not be reached' END,
             CASE WHEN s.state <> 'waiting' THEN ringback_now() - n * interval '1 millisecond' END, ringback_now(), 20, 30
      FROM generate_series(${from}::int, ${until}::int) AS n,
           LATERAL (SELECT CASE WHEN n % 4 = 0 THEN 'waiting' WHEN n % 40 = 1 THEN 'failed' ELSE 'completed' END AS state) s`;
    await db.$executeRaw`
      INSERT INTO pgboss.job_common (id, name, data, priority, group_id, retry_limit, dead_letter)
      SELECT job_id, 'probe_scenario', jsonb_build_object('runId', run_id, 'place', place), 5, run_id || '/' || model_id, 3, 'probe_scenario_dead'
      FROM run_items WHERE run_id = ${id} AND is_live AND place BETWEEN ${from}::int AND ${until}::int`;
    await db.$executeRaw`
      INSERT INTO run_item_events (run_id, place, at, kind, attempt, class, error)
      SELECT run_id, place, ended_at, 'failed', 1, class, error
      FROM run_items WHERE run_id = ${id} AND state = 'failed' AND place BETWEEN ${from}::int AND ${until}::int`;
    if (from > WITH_TRANSCRIPT) continue;
    await db.$executeRaw`
      INSERT INTO run_transcripts (run_id, place, attempt, transcript, stored_at)
      SELECT run_id, place, 1, jsonb_build_array(jsonb_build_object('asked', 'Where is my parcel ' || place || '?', 'answered',
             repeat('It is on its way. ', 20), 'finishReason', 'stop', 'latencyMs', 900)), ended_at
      FROM run_items WHERE run_id = ${id} AND state = 'completed' AND place BETWEEN ${from}::int AND ${until}::int`;
  }
  await db.$executeRaw`UPDATE runs SET total = total + ${ITEMS}::int, queued = queued + ${ITEMS}::int,
    models = (SELECT array_agg('mock/' || n) FROM generate_series(0, 7) n) WHERE id = ${id}`;
  await db.$executeRaw`VACUUM ANALYZE`;
}
