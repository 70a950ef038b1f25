import { command, methods, query } from "#lib/http/route";
import { findPeople, importUsers } from "#modules/callbacks";
import { findPeopleAnswer, findPeopleInput } from "#schema/callbacks";
import { importUsersAnswer, importUsersInput } from "#schema/call-queue";

const find = { summary: "The first ten users whose name or number matches.", input: findPeopleInput };
const summary = "Inserts or updates up to 1,000 users; a row that cannot be taken is refused alone.";
const body = { input: importUsersInput, answer: importUsersAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/users", {
  GET: query({ who: ["supervisor"], ...find, answer: findPeopleAnswer, read: findPeople }),
  POST: command({ who: ["service"], summary, ...body, refuses: ["conflict"], isBulk: true, run: importUsers }),
});
