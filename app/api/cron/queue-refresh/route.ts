import { cron, methods } from "#lib/http/route";
import { refreshQueue } from "#modules/call-queue";
import { refreshAnswer } from "#schema/call-queue";

export const maxDuration = 60;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/cron/queue-refresh", {
  GET: cron({
    summary: "Fills both queue types with the users who may be called, and their scores.",
    answer: refreshAnswer,
    run: (ctx, until) => refreshQueue(ctx, until),
  }),
});
