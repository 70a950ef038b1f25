import { PEOPLE } from "#lib/http/caller";
import { command, methods, query } from "#lib/http/route";
import { runDemoDay, seeDemoDay } from "#modules/demo";
import { demoDayAnswer, demoDayInput, runDemoDayInput } from "#schema/demo";

const see = { summary: "Whether a simulated day is available, and whether one runs.", input: demoDayInput };
const play = { summary: "Starts or ends the simulated day.", input: runDemoDayInput, refuses: ["not_found"] as const };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/demo/day", {
  GET: query({ who: PEOPLE, ...see, answer: demoDayAnswer, read: seeDemoDay }),
  PUT: command({ who: PEOPLE, ...play, answer: demoDayAnswer, run: runDemoDay }),
});
