import { ALL_DESKS } from "#lib/http/caller";
import { command, methods } from "#lib/http/route";
import { releaseMessage } from "#modules/messages";
import { messageInput, steerAnswer } from "#schema/messages";

const summary = "Sends a held message now, at any hour.";
const body = { input: messageInput, answer: steerAnswer, refuses: ["not_found", "wrong_state"] } as const;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/messages/:id/release", {
  POST: command({ who: ALL_DESKS, summary, ...body, run: releaseMessage }),
});
