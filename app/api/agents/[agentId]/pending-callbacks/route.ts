import { methods, query } from "#lib/http/route";
import { OWN_DESK } from "#modules/agents";
import { pendingCallbacks } from "#modules/desk";
import { pendingAnswer, pendingInput } from "#schema/callbacks";

const summary = "The callbacks that this agent has to call within ten minutes or should have called, oldest first.";
const poll = { input: pendingInput, answer: pendingAnswer, etag: true };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/agents/:agentId/pending-callbacks", {
  GET: query({ ...OWN_DESK, summary, ...poll, refuses: ["not_found"], read: pendingCallbacks }),
});
