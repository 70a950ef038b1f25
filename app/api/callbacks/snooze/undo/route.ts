import { command, methods } from "#lib/http/route";
import { OWN_DESK } from "#modules/agents";
import { undoSnooze } from "#modules/callbacks";
import { undoSnoozeAnswer, undoSnoozeInput } from "#schema/callbacks";

const summary = "Undoes a snooze, while the callback has not changed since.";
const refuses = ["not_found", "wrong_state"] as const;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/callbacks/snooze/undo", {
  POST: command({ ...OWN_DESK, summary, input: undoSnoozeInput, answer: undoSnoozeAnswer, refuses, run: undoSnooze }),
});
