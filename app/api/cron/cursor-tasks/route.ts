import { cron, methods } from "#lib/http/route";
import { sweepTasks } from "#modules/cursor-tasks";
import { sweepAnswer } from "#schema/cursor-tasks";

export const maxDuration = 60;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/cron/cursor-tasks", {
  GET: cron({
    summary: "Repairs copies, expires tasks, redelivers to relays, and turns unacknowledged results into callbacks.",
    answer: sweepAnswer,
    run: (ctx, until) => sweepTasks(ctx, until),
  }),
});
