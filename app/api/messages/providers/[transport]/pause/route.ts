import { ALL_DESKS } from "#lib/http/caller";
import { command, methods } from "#lib/http/route";
import { pauseProviderByHand } from "#modules/messages";
import { pauseInput, steerAnswer } from "#schema/messages";

const summary = "Pauses a provider, until a time or until it is resumed.";
const body = { input: pauseInput, answer: steerAnswer, refuses: ["wrong_state"] } as const;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/messages/providers/:transport/pause", {
  POST: command({ who: ALL_DESKS, summary, ...body, run: pauseProviderByHand }),
});
