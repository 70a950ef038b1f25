import { ALL_DESKS } from "#lib/http/caller";
import { methods, query } from "#lib/http/route";
import { debugCallbacks } from "#modules/monitoring";
import { debugCallbacksAnswer, debugCallbacksInput } from "#schema/monitoring";

const summary = "The newest callbacks of a user or an agent, with the minutes until they are due.";
const body = { input: debugCallbacksInput, answer: debugCallbacksAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/debug/callbacks", {
  GET: query({ who: ALL_DESKS, summary, ...body, read: debugCallbacks }),
});
