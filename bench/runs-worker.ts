/**
 * A worker for `npm run bench -- runs` in a process of its own: drains no-op jobs until none is left. It says "ready", begins when
 * a line comes in, and ends when it is done.
 */
import { once } from "node:events";
import { PgBoss } from "pg-boss";
import { drain, completeJob, openQueues } from "../modules/jobs/index.ts";
import { connect } from "../lib/database/db.ts";
import { benchCtx } from "./runs-ctx.ts";
import { graphileOf } from "./runs-rivals.ts";

const BATCH = 10;
const [kind = "", url = ""] = process.argv.slice(2);

async function ours(): Promise<() => Promise<unknown>> {
  const ctx = await benchCtx(connect(url, { timeouts: "batch", poolSize: BATCH, isPrepared: true }), {
    workerConcurrency: BATCH,
  });
  await openQueues(ctx);
  const never = new AbortController().signal;
  const handlers = {
    probe: (at: typeof ctx, job: Parameters<typeof completeJob>[1]) => completeJob(at, job),
    fail: async () => {},
    analyze: async () => {},
    sweep: async () => {},
  };
  const way = {
    worker: { id: String(process.pid), kind: "worker" },
    stop: never,
    end: never,
    untilEmpty: true,
  } as const;
  return () => drain(ctx, handlers, way);
}

/** The same batch, each job completed by itself as conversations are, or all of a batch at once. */
async function pgBoss(isEach: boolean): Promise<() => Promise<unknown>> {
  const boss = new PgBoss({ connectionString: url, max: BATCH, supervise: false, schedule: false, migrate: false });
  boss.on("error", () => {});
  await boss.start();
  return async () => {
    for (;;) {
      const jobs = await boss.fetch("bench", { batchSize: BATCH });
      if (jobs.length === 0) return;
      if (isEach) await Promise.all(jobs.map((job) => boss.complete("bench", job.id)));
      else
        await boss.complete(
          "bench",
          jobs.map(({ id }) => id),
        );
    }
  };
}

async function graphile(): Promise<() => Promise<unknown>> {
  const { runOnce } = await graphileOf();
  return () =>
    runOnce({
      connectionString: url,
      concurrency: BATCH,
      maxPoolSize: BATCH,
      noHandleSignals: true,
      taskList: { bench: async () => {} },
    });
}

const kinds: Record<string, () => Promise<() => Promise<unknown>>> = {
  ringback: ours,
  "pg-boss, each": () => pgBoss(true),
  "pg-boss, batch": () => pgBoss(false),
  "graphile-worker": graphile,
};
const work = await kinds[kind]!();
console.log("ready");
await once(process.stdin, "data");
await work();
process.exit(0);
