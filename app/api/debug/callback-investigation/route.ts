import { ALL_DESKS } from "#lib/http/caller";
import { methods, query } from "#lib/http/route";
import { investigate } from "#modules/monitoring";
import { investigationAnswer, investigationInput } from "#schema/monitoring";

const summary = "The whole story of one callback or call, and its faults, if any.";
const body = { input: investigationInput, answer: investigationAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/debug/callback-investigation", {
  GET: query({ who: ALL_DESKS, summary, ...body, refuses: ["not_found"], read: investigate }),
});
