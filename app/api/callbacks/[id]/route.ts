import { methods, query } from "#lib/http/route";
import { OWN_DESK } from "#modules/agents";
import { getCallback } from "#modules/callbacks";
import { callbackIdInput, callbackStoryAnswer } from "#schema/callbacks";

const summary = "One callback with its events, and why it is with its agent.";
const body = { input: callbackIdInput, answer: callbackStoryAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/callbacks/:id", {
  GET: query({ ...OWN_DESK, summary, ...body, refuses: ["not_found"], read: getCallback }),
});
