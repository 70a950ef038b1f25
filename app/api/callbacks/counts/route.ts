import { methods, query } from "#lib/http/route";
import { OWN_DESK } from "#modules/agents";
import { countCallbacks } from "#modules/callbacks";
import { countsAnswer, countsInput } from "#schema/callbacks";

const summary = "The number of callbacks that are late, due, open, accepted, without an agent, and in a span of time.";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/callbacks/counts", {
  GET: query({ ...OWN_DESK, summary, input: countsInput, answer: countsAnswer, read: countCallbacks }),
});
