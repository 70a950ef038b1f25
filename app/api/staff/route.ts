import { command, methods, query } from "#lib/http/route";
import { inviteStaff, listStaff } from "#modules/access";
import { inviteAnswer, inviteInput, staffAnswer, staffInput } from "#schema/access";

const list = { summary: "The staff accounts with their roles.", input: staffInput, answer: staffAnswer };
const invite = { summary: "Creates an account and an invitation to it.", input: inviteInput, answer: inviteAnswer };
const made = { status: 201, once: false, refuses: ["not_found", "account_taken"] } as const;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/staff", {
  GET: query({ who: ["supervisor"], ...list, read: listStaff }),
  POST: command({ who: ["supervisor"], ...invite, ...made, run: inviteStaff }),
});
