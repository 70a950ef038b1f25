import { ALL_DESKS } from "#lib/http/caller";
import { command, methods } from "#lib/http/route";
import { reassignCallbacks } from "#modules/callbacks";
import { reassignAnswer, reassignInput } from "#schema/callbacks";

const summary = "Gives callbacks to another agent, or back to routing; all or none.";
const refuses = ["not_found", "agent_not_here", "wrong_state", "user_on_call"] as const;
const body = { input: reassignInput, answer: reassignAnswer, refuses };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/callbacks/reassign", {
  POST: command({ who: ALL_DESKS, summary, ...body, run: reassignCallbacks }),
});
