import { ALL_DESKS } from "#lib/http/caller";
import { command, methods } from "#lib/http/route";
import { settleUnsureMessage } from "#modules/messages";
import { settleInput, steerAnswer } from "#schema/messages";

const summary = "Settles an unsure message: it arrived, or it did not and is sent again unless its time has passed.";
const body = { input: settleInput, answer: steerAnswer, refuses: ["not_found", "wrong_state"] } as const;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/messages/:id/settle", {
  POST: command({ who: ALL_DESKS, summary, ...body, run: settleUnsureMessage }),
});
