import { z } from "zod";
import { methods, webhook } from "#lib/http/route";
import { takeInbound } from "#modules/messages";
import { inboundInput } from "#schema/messages";

const summary = "An inbound text; STOP suppresses its sender, START lifts the suppression.";
const body = { input: inboundInput, answer: z.string(), type: "text/xml" };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/webhooks/twilio/inbound", {
  POST: webhook({ sender: "twilio", summary, ...body, run: takeInbound }),
});
