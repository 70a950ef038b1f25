import { ALL_DESKS } from "#lib/http/caller";
import { command, methods } from "#lib/http/route";
import { moveCallbacks } from "#modules/callbacks";
import { moveAnswer, moveInput } from "#schema/callbacks";

const summary = "Moves all open callbacks of an agent to another agent, or back to routing.";
const refuses = ["not_found", "agent_not_here", "wrong_state", "user_on_call"] as const;
const body = { input: moveInput, answer: moveAnswer, refuses };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/agents/:agentId/move-callbacks", {
  POST: command({ who: ALL_DESKS, summary, ...body, run: moveCallbacks }),
});
