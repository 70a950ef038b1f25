import { OWN_DESK } from "#lib/http/authenticate";
import { methods, route } from "#lib/http/route";
import { seeDesk } from "#modules/desk";
import { deskAnswer, deskInput } from "#schema/desk";

const summary = "What an agent looks at: where they are, the call under way or next, and their day.";
const poll = { input: deskInput, answer: deskAnswer, etag: true };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/agents/:agentId/desk", {
  GET: route({ who: OWN_DESK, summary, ...poll, refuses: ["not_found"], run: seeDesk }),
});
