import { ALL_DESKS } from "#lib/http/caller";
import { methods, query } from "#lib/http/route";
import { listDeadLetters } from "#modules/messages";
import { deadLettersAnswer, deadLettersInput } from "#schema/messages";

const summary = "Messages that were not delivered and are not retried, in groups by their error.";
const body = { input: deadLettersInput, answer: deadLettersAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/messages/dead-letters", {
  GET: query({ who: ALL_DESKS, summary, ...body, read: listDeadLetters }),
});
