import { CALLING } from "#lib/http/authenticate";
import { methods, route } from "#lib/http/route";
import { takeNext } from "#modules/calls";
import { takeNextAnswer, takeNextInput } from "#schema/call-queue";

const summary = "Claims the agent's next call and opens its call session; asking again gets the same call.";
const refuses = ["not_found", "agent_not_here", "agent_on_call"] as const;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/queue/next", {
  POST: route({ who: CALLING, summary, input: takeNextInput, answer: takeNextAnswer, refuses, run: takeNext }),
});
