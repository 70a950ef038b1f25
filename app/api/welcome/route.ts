import { browserCommand, methods } from "#lib/http/route";
import { acceptInvitation } from "#modules/access";
import { doneAnswer, welcomeInput } from "#schema/access";

const summary = "Sets the first password of an account, with the invitation from a supervisor.";
const body = { input: welcomeInput, answer: doneAnswer, refuses: ["forbidden", "not_found"] as const };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/welcome", {
  POST: browserCommand({ who: ["anyone"], summary, ...body, run: acceptInvitation }),
});
