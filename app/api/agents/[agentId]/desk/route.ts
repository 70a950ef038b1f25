import { methods, query } from "#lib/http/route";
import { OWN_DESK } from "#modules/agents";
import { seeDesk } from "#modules/desk";
import { deskAnswer, deskInput } from "#schema/desk";

const summary = "The desk of an agent: status, the call under way or next, and the figures of the day.";
const poll = { input: deskInput, answer: deskAnswer, etag: true };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/agents/:agentId/desk", {
  GET: query({ ...OWN_DESK, summary, ...poll, refuses: ["not_found"], readNow: seeDesk }),
});
