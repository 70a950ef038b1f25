import { cron, methods } from "#lib/http/route";
import { drainMessagesForCron } from "#modules/messages";
import { drainMessagesAnswer } from "#schema/messages";

export const maxDuration = 60;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/cron/messages", {
  GET: cron({
    summary: "Stores queued messages and sends due ones, until none is left or its time budget ends.",
    answer: drainMessagesAnswer,
    run: (ctx, until) => drainMessagesForCron(ctx, until),
  }),
});
