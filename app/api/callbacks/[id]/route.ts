import { OWN_DESK } from "#lib/http/authenticate";
import { methods, route } from "#lib/http/route";
import { getCallback } from "#modules/callbacks";
import { callbackIdInput, callbackStoryAnswer } from "#schema/callbacks";

const summary = "One callback with everything that happened to it, and why it is with its agent.";
const body = { input: callbackIdInput, answer: callbackStoryAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/callbacks/:id", {
  GET: route({ who: OWN_DESK, summary, ...body, refuses: ["not_found"], read: getCallback }),
});
