import { cron, methods } from "#lib/http/route";
import { sweep } from "#modules/personal-data";
import { sweepAnswer } from "#schema/personal-data";

export const maxDuration = 60;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/cron/retention", {
  GET: cron({
    summary:
      "Deletes rows that ended longer ago than RETENTION_DAYS, in batches, until none is left or its time budget ends.",
    answer: sweepAnswer,
    run: (ctx, until) => sweep(ctx, { until }),
  }),
});
