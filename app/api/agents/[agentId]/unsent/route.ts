import { command, methods } from "#lib/http/route";
import { CALLING, reportUnsent } from "#modules/agents";
import { reportUnsentInput, unsentAnswer } from "#schema/agents";

const summary = "Reports how many unsent actions a browser of the agent holds, and since when.";
const put = { summary, input: reportUnsentInput, answer: unsentAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/agents/:agentId/unsent", {
  PUT: command({ ...CALLING, ...put, refuses: ["not_found", "conflict"], run: reportUnsent }),
});
