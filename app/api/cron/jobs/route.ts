import { cron, methods } from "#lib/http/route";
import { drainForCron } from "#modules/runs";
import { drainAnswer } from "#schema/runs";

export const maxDuration = 60;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/cron/jobs", {
  GET: cron({
    summary: "Works on the jobs of runs until none is left or its time budget ends, and maintains their queues.",
    answer: drainAnswer,
    run: (ctx, until) => drainForCron(ctx, until),
  }),
});
