import type { Ctx } from "#lib/base/context";
import type { Until } from "#lib/time/until";
import { drain, type Drained, type Handlers } from "#modules/jobs";
import { analyzeRun } from "./analyze.ts";
import { probe, settleFault } from "./probe.ts";
import { sweepRuns } from "./sweep.ts";

export const HANDLERS: Handlers = {
  probe: (ctx, job, signal) => probe(ctx, job, signal),
  fail: (ctx, job, error) => settleFault(ctx, job, error),
  analyze: analyzeRun,
  sweep: async (ctx, until) => {
    await sweepRuns(ctx, until);
  },
};

/**
 * Works on jobs until the queues are empty or `until` stops it; a job that runs until its end is given back. Safe when two overlap.
 */
export async function drainForCron(ctx: Ctx, until: Until): Promise<Drained> {
  return drain(ctx, HANDLERS, { worker: { id: "cron", kind: "cron" }, ...until, untilEmpty: true });
}

/** Works as the worker `id` until `until` stops it; a job that runs until its end is given back. */
export async function runWorker(ctx: Ctx, { id, ...until }: Until & { id: string }): Promise<Drained> {
  return drain(ctx, HANDLERS, { worker: { id, kind: "worker" }, ...until, untilEmpty: false });
}
