import { ALL_DESKS } from "#lib/http/caller";
import { methods, query } from "#lib/http/route";
import { showMessage } from "#modules/messages";
import { messageInput, messageStoryAnswer } from "#schema/messages";

const summary = "One message: its state, why it waits, and its events.";
const body = { input: messageInput, answer: messageStoryAnswer, refuses: ["not_found"] } as const;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/messages/:id", {
  GET: query({ who: ALL_DESKS, summary, ...body, read: showMessage }),
});
