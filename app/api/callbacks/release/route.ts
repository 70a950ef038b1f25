import { command, methods } from "#lib/http/route";
import { OWN_DESK } from "#modules/agents";
import { releaseCallback } from "#modules/callbacks";
import { changedAnswer, releaseInput } from "#schema/callbacks";

const summary = "Returns an accepted callback to routing, which excludes its agent for ten minutes.";
const refuses = ["not_found", "wrong_state", "already_accepted", "user_on_call"] as const;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/callbacks/release", {
  POST: command({ ...OWN_DESK, summary, input: releaseInput, answer: changedAnswer, refuses, run: releaseCallback }),
});
