import { command, methods } from "#lib/http/route";
import { erasePerson } from "#modules/personal-data";
import { eraseAnswer, personInput } from "#schema/personal-data";

const summary =
  "Erases one person for good: words, names and addresses are deleted, open promises cancelled, figures stay; audited.";
const body = { input: personInput, answer: eraseAnswer, refuses: ["not_found", "user_on_call"] } as const;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/personal-data/erase", {
  POST: command({ who: ["supervisor"], summary, ...body, run: erasePerson }),
});
