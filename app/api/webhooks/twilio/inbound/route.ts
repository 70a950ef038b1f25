import { z } from "zod";
import { methods, webhook } from "#lib/http/route";
import { takeInbound } from "#modules/messages";
import { inboundInput } from "#schema/messages";

const summary = "A text that came in; STOP suppresses, START lifts it.";
const body = { input: inboundInput, answer: z.string(), type: "text/xml" };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/webhooks/twilio/inbound", {
  POST: webhook({ sender: "twilio", summary, ...body, run: takeInbound }),
});
