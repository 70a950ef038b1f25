import { PEOPLE } from "#lib/http/caller";
import { browserCommand, methods } from "#lib/http/route";
import { changePassword } from "#modules/access";
import { changePasswordInput, doneAnswer } from "#schema/access";

const summary = "Changes the caller's password and signs every other browser out.";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/me/password", {
  PUT: browserCommand({ who: PEOPLE, summary, input: changePasswordInput, answer: doneAnswer, run: changePassword }),
});
