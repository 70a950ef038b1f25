import { methods, route } from "#lib/http/route";
import { investigate } from "#modules/monitoring";
import { investigationAnswer, investigationInput } from "#schema/monitoring";

const summary = "The whole story of one callback or call, and what is wrong with it.";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/debug/callback-investigation", {
  GET: route({ who: "service", summary, input: investigationInput, answer: investigationAnswer, refuses: ["not_found"], read: investigate }),
});
