import { command, methods } from "#lib/http/route";
import { CALLING } from "#modules/agents";
import { lookUpUser } from "#modules/call-queue";
import { lookUpAnswer, lookUpInput } from "#schema/call-queue";

const summary = "Finds the user with this full telephone number, as during an inbound call; limited, and audited.";
const body = { input: lookUpInput, answer: lookUpAnswer, refuses: ["not_found"] as const };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/users/lookup", {
  POST: command({ ...CALLING, summary, ...body, run: lookUpUser }),
});
