import { command, methods } from "#lib/http/route";
import { OWN_DESK } from "#modules/agents";
import { rescheduleCallback } from "#modules/callbacks";
import { rescheduleAnswer, rescheduleInput } from "#schema/callbacks";

const summary = "Moves a callback to another time that was agreed on with the user.";
const refuses = ["not_found", "wrong_state", "user_on_call", "do_not_call", "wrong_number"] as const;
const body = { input: rescheduleInput, answer: rescheduleAnswer, refuses };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/callbacks/reschedule", {
  POST: command({ ...OWN_DESK, summary, ...body, run: rescheduleCallback }),
});
