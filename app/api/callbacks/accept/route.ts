import { command, methods } from "#lib/http/route";
import { OWN_DESK } from "#modules/agents";
import { acceptCallback } from "#modules/callbacks";
import { acceptAnswer, acceptInput } from "#schema/callbacks";

const summary = "Makes a callback the agent's very next call. Of simultaneous accepts one wins.";
const ofAgent = ["accept_limit", "not_found", "agent_not_here", "wrong_queue"] as const;
const ofCallback = ["already_accepted", "wrong_state", "do_not_call", "wrong_number", "user_on_call"] as const;
const body = { input: acceptInput, answer: acceptAnswer, refuses: [...ofAgent, ...ofCallback] };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/callbacks/accept", {
  POST: command({ ...OWN_DESK, summary, ...body, run: acceptCallback }),
});
