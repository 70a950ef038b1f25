import { cronRoute } from "#lib/http/cron";
import { sweepTasks } from "#modules/cursor-tasks";
import { sweepAnswer } from "#schema/cursor-tasks";

export const maxDuration = 60;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = cronRoute({
  name: "cursor-tasks",
  summary: "Repairs, expires, tells relays again, and makes callbacks of results that nobody was told.",
  answer: sweepAnswer,
  run: (ctx) => sweepTasks(ctx),
});
