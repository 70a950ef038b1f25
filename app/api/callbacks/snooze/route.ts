import { command, methods } from "#lib/http/route";
import { OWN_DESK } from "#modules/agents";
import { snoozeCallback } from "#modules/callbacks";
import { snoozeAnswer, snoozeInput } from "#schema/callbacks";

const summary = "Puts a callback off by some minutes, counted from now or from its time, whichever is later.";
const refuses = ["not_found", "wrong_state", "already_accepted", "user_on_call", "snooze_limit"] as const;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/callbacks/snooze", {
  POST: command({ ...OWN_DESK, summary, input: snoozeInput, answer: snoozeAnswer, refuses, run: snoozeCallback }),
});
