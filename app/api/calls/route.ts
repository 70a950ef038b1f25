import { command, methods } from "#lib/http/route";
import { recordCall } from "#modules/calls";
import { recordCallAnswer, recordCallInput } from "#schema/calls";

const summary =
  "Records a call that did not come from the queue. A repeated twilioCallSid moves the same call forward, never back.";
const body = { input: recordCallInput, answer: recordCallAnswer };
const refuses = ["not_found", "conflict", "user_on_call", "agent_on_call"] as const;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/calls", {
  POST: command({ who: ["service"], summary, ...body, status: 201, refuses, run: recordCall }),
});
