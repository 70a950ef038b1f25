import { command, methods } from "#lib/http/route";
import { OWN_DESK } from "#modules/agents";
import { skipNext } from "#modules/callbacks";
import { skipAnswer, skipInput } from "#schema/call-queue";

const summary = "Skips the offered call, with a reason; it goes to another agent, and not to this one for ten minutes.";
const refuses = ["not_found"] as const;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/queue/skip", {
  POST: command({ ...OWN_DESK, summary, input: skipInput, answer: skipAnswer, refuses, run: skipNext }),
});
