import { CALLING } from "#lib/http/authenticate";
import { methods, route } from "#lib/http/route";
import { reportUnsent } from "#modules/agents";
import { reportUnsentInput, unsentAnswer } from "#schema/agents";

const summary = "A browser of the agent says how much it holds that has not been sent, and since when.";
const put = { summary, input: reportUnsentInput, answer: unsentAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/agents/:agentId/unsent", {
  PUT: route({ who: CALLING, ...put, refuses: ["not_found", "conflict"], run: reportUnsent }),
});
