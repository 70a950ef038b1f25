import { ALL_DESKS } from "#lib/http/caller";
import { methods, query } from "#lib/http/route";
import { listMessageConversations } from "#modules/messages";
import { conversationsAnswer, conversationsInput } from "#schema/messages";

const summary = "Conversations with customers by text or e-mail, the latest first; not those of voice agents.";
const body = { input: conversationsInput, answer: conversationsAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/messages/conversations", {
  GET: query({ who: ALL_DESKS, summary, ...body, read: listMessageConversations }),
});
