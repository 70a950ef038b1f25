import { command, methods } from "#lib/http/route";
import { OWN_DESK } from "#modules/agents";
import { skipNext } from "#modules/callbacks";
import { skipAnswer, skipInput } from "#schema/call-queue";

const summary =
  "The agent skips who is offered, with a reason; it goes to somebody else, and not to that agent for ten minutes.";
const refuses = ["not_found"] as const;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/queue/skip", {
  POST: command({ ...OWN_DESK, summary, input: skipInput, answer: skipAnswer, refuses, run: skipNext }),
});
