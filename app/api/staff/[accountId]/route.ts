import { command, methods } from "#lib/http/route";
import { changeStaff } from "#modules/access";
import { changeStaffInput, staffMember } from "#schema/access";

const summary = "Changes role or desk of an account, disables or enables it; its sessions end at once.";
const body = { input: changeStaffInput, answer: staffMember, refuses: ["not_found", "account_taken"] as const };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/staff/:accountId", {
  PATCH: command({ who: ["supervisor"], summary, ...body, run: changeStaff }),
});
