import type { Ctx } from "#lib/base/context";
import { drain, type Drained, type Handlers } from "#modules/jobs";
import { analyzeRun } from "./analyze.ts";
import { probe } from "./probe.ts";
import { sweepRuns } from "./sweep.ts";

export const HANDLERS: Handlers = {
  probe: (ctx, job, signal) => probe(ctx, job, signal),
  analyze: analyzeRun,
  sweep: async (ctx) => {
    await sweepRuns(ctx);
  },
};

/** The cron's share: claims for so long, and ends what is still running then, within the minute a function has. */
const CRON_MS = { claims: 40_000, runs: 50_000 };

/** Works on whatever is queued until nothing is, or until its time is over. Safe when two overlap. */
export async function drainForCron(ctx: Ctx): Promise<Drained> {
  return drain(ctx, HANDLERS, {
    worker: { id: "cron", kind: "cron" },
    stop: AbortSignal.timeout(CRON_MS.claims),
    end: AbortSignal.timeout(CRON_MS.runs),
    untilEmpty: true,
  });
}

/** Works until `stop`; what is running then may finish until `end`, and is given back after that. */
export async function runWorker(ctx: Ctx, way: { id: string; stop: AbortSignal; end: AbortSignal }): Promise<Drained> {
  const { id, stop, end } = way;
  return drain(ctx, HANDLERS, { worker: { id, kind: "worker" }, stop, end, untilEmpty: false });
}
