import { ALL_DESKS } from "#lib/http/caller";
import { command, methods } from "#lib/http/route";
import { redriveDeadLetters } from "#modules/messages";
import { redriveAnswer, redriveInput } from "#schema/messages";

const summary = "Sends dead letters again: some, a group or all, at most 5,000 at a time; with preview it only counts.";
const body = { input: redriveInput, answer: redriveAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/messages/dead-letters/redrive", {
  POST: command({ who: ALL_DESKS, summary, ...body, run: redriveDeadLetters }),
});
