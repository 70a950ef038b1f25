import { ALL_DESKS } from "#lib/http/caller";
import { command, methods } from "#lib/http/route";
import { undoMove } from "#modules/callbacks";
import { undoMoveAnswer, undoMoveInput } from "#schema/callbacks";

const summary = "Takes the caller's last move of callbacks back, of those that nobody has changed since.";
const body = { input: undoMoveInput, answer: undoMoveAnswer, refuses: ["wrong_state"] as const };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/callbacks/move/undo", {
  POST: command({ who: ALL_DESKS, summary, ...body, run: undoMove }),
});
