import { command, methods } from "#lib/http/route";
import { CALLING } from "#modules/agents";
import { takeNext } from "#modules/calls";
import { takeNextAnswer, takeNextInput } from "#schema/call-queue";

const summary = "Claims the agent's next call and opens its call session; a repeat gets the same call.";
const refuses = ["not_found", "agent_not_here", "agent_on_call"] as const;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/queue/next", {
  POST: command({ ...CALLING, summary, input: takeNextInput, answer: takeNextAnswer, refuses, run: takeNext }),
});
