import { command, methods } from "#lib/http/route";
import { OWN_DESK } from "#modules/agents";
import { rescheduleCallback } from "#modules/callbacks";
import { rescheduleAnswer, rescheduleInput } from "#schema/callbacks";

const summary = "Another time was agreed on with the user: the promise is for that time now.";
const refuses = ["not_found", "wrong_state", "user_on_call", "do_not_call", "wrong_number"] as const;
const body = { input: rescheduleInput, answer: rescheduleAnswer, refuses };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/callbacks/reschedule", {
  POST: command({ ...OWN_DESK, summary, ...body, run: rescheduleCallback }),
});
