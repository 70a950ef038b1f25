import { cron, methods } from "#lib/http/route";
import { runTick } from "#modules/calls";
import { tickAnswer } from "#schema/callbacks";

export const maxDuration = 60;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/cron/callback-notifications", {
  GET: cron({
    summary: "The tick: queues due callbacks, and routes expired offers again.",
    answer: tickAnswer,
    run: (ctx, until) => runTick(ctx, { source: "cron", until }),
  }),
});
