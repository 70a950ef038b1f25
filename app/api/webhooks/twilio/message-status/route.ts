import { methods, webhook } from "#lib/http/route";
import { takeStatusReport } from "#modules/messages";
import { hookAnswer, statusInput } from "#schema/messages";

const summary = "An event of Twilio about a message; processed once, in any order.";
const body = { input: statusInput, answer: hookAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/webhooks/twilio/message-status", {
  POST: webhook({ sender: "twilio", summary, ...body, run: takeStatusReport }),
});
