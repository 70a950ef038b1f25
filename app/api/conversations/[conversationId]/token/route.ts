import { command, methods } from "#lib/http/route";
import { giveToken } from "#modules/cursor-tasks";
import { tokenAnswer, tokenInput } from "#schema/cursor-tasks";

const summary = "A token with which a browser or a telephone bridge may use this one conversation, for 24 hours.";
const body = { input: tokenInput, answer: tokenAnswer, once: false } as const;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/conversations/:conversationId/token", {
  POST: command({ who: ["service"], summary, ...body, run: giveToken }),
});
