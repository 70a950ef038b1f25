import { ALL_DESKS } from "#lib/http/caller";
import { command, methods } from "#lib/http/route";
import { settleUnsureSpan } from "#modules/messages";
import { settleSpanAnswer, settleSpanInput } from "#schema/messages";

const summary = "Settles the unsure messages of a provider and a span at once; with preview it only counts.";
const body = { input: settleSpanInput, answer: settleSpanAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/messages/providers/:transport/settle", {
  POST: command({ who: ALL_DESKS, summary, ...body, run: settleUnsureSpan }),
});
