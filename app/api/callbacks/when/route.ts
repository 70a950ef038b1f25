import { command, methods } from "#lib/http/route";
import { OWN_DESK } from "#modules/agents";
import { understandWhen } from "#modules/callbacks";
import { whenAnswer, whenInput } from "#schema/callbacks";

const summary = "Reads a time such as “tomorrow 3pm” on the user's clock, with objections to it. Promises nothing.";
const ask = { input: whenInput, answer: whenAnswer, refuses: ["not_found"] as const };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/callbacks/when", {
  POST: command({ ...OWN_DESK, summary, ...ask, run: understandWhen }),
});
