import { ALL_DESKS } from "#lib/http/caller";
import { methods, query } from "#lib/http/route";
import { listOfConversation } from "#modules/messages";
import { ofConversationAnswer, ofConversationInput } from "#schema/messages";

const summary = "The texts or e-mails of one conversation with a customer, newest first.";
const body = { input: ofConversationInput, answer: ofConversationAnswer, refuses: ["not_found"] } as const;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/conversations/:conversationId/messages", {
  GET: query({ who: ALL_DESKS, summary, ...body, read: listOfConversation }),
});
