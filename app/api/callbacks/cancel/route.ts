import { ALL_DESKS } from "#lib/http/caller";
import { command, methods } from "#lib/http/route";
import { cancelCallback } from "#modules/callbacks";
import { changedAnswer, cancelInput } from "#schema/callbacks";

const summary = "Cancels a callback, with the reason.";
const refuses = ["not_found", "wrong_state", "user_on_call"] as const;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/callbacks/cancel", {
  POST: command({ who: ALL_DESKS, summary, input: cancelInput, answer: changedAnswer, refuses, run: cancelCallback }),
});
