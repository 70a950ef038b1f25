import { cronRoute } from "#lib/http/cron";
import { refreshQueue } from "#modules/call-queue";
import { refreshAnswer } from "#schema/call-queue";

export const maxDuration = 60;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = cronRoute({
  name: "queue-refresh",
  summary: "Fills both queue types with the users who may be called, and their scores.",
  answer: refreshAnswer,
  run: refreshQueue,
});
