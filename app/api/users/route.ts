import { methods, route } from "#lib/http/route";
import { importUsers } from "#modules/call-queue";
import { importUsersAnswer, importUsersInput } from "#schema/call-queue";

const summary = "Inserts or updates up to 1,000 users, all or none.";
const body = { input: importUsersInput, answer: importUsersAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/users", {
  POST: route({ who: ["service"], summary, ...body, refuses: ["conflict"], run: importUsers }),
});
