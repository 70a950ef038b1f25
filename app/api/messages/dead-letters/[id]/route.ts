import { ALL_DESKS } from "#lib/http/caller";
import { command, methods } from "#lib/http/route";
import { correctAddress } from "#modules/messages";
import { addressInput, steerAnswer } from "#schema/messages";

const summary = "Corrects the address of a dead letter.";
const body = { input: addressInput, answer: steerAnswer, refuses: ["not_found", "wrong_state"] } as const;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/messages/dead-letters/:id", {
  PATCH: command({ who: ALL_DESKS, summary, ...body, run: correctAddress }),
});
