import { cron, methods } from "#lib/http/route";
import { drainMessagesForCron } from "#modules/messages";
import { drainMessagesAnswer } from "#schema/messages";

export const maxDuration = 60;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/cron/messages", {
  GET: cron({
    summary: "Stores messages of the queue and sends what is due, until nothing is or its time is over.",
    answer: drainMessagesAnswer,
    run: (ctx, until) => drainMessagesForCron(ctx, until),
  }),
});
