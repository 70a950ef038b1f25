import { ALL_DESKS } from "#lib/http/caller";
import { methods, query } from "#lib/http/route";
import { listMessages } from "#modules/messages";
import { messagesAnswer, messagesInput } from "#schema/messages";

const summary = "Texts and e-mails by page, newest first, with the number in each state.";
const body = { input: messagesInput, answer: messagesAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/messages", {
  GET: query({ who: ALL_DESKS, summary, ...body, read: listMessages }),
});
