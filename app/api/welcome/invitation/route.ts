import { browserCommand, methods } from "#lib/http/route";
import { showInvited } from "#modules/access";
import { invitationInput, invitedAnswer } from "#schema/access";

const summary = "The person whom an invitation is for, while it can still be used.";
const body = { input: invitationInput, answer: invitedAnswer, refuses: ["forbidden", "not_found"] as const };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/welcome/invitation", {
  POST: browserCommand({ who: ["anyone"], summary, ...body, run: showInvited }),
});
