import { ALL_DESKS } from "#lib/http/caller";
import { command, methods } from "#lib/http/route";
import { removeSuppression } from "#modules/messages";
import { removeSuppressionInput, steerAnswer } from "#schema/messages";

const summary = "Lifts a suppression, so that messages are sent to the address again; actor and reason stay on record.";
const body = { input: removeSuppressionInput, answer: steerAnswer, refuses: ["not_found"] } as const;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/messages/suppressions/:id/remove", {
  POST: command({ who: ALL_DESKS, summary, ...body, run: removeSuppression }),
});
