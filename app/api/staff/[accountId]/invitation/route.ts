import { command, methods } from "#lib/http/route";
import { inviteAgain } from "#modules/access";
import { accountIdInput, inviteAnswer } from "#schema/access";

const summary = "A new invitation for a person who lost the last one or the password; earlier ones become invalid.";
const body = { input: accountIdInput, answer: inviteAnswer };
const made = { status: 201, once: false, refuses: ["not_found"] } as const;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/staff/:accountId/invitation", {
  POST: command({ who: ["supervisor"], summary, ...body, ...made, run: inviteAgain }),
});
