import { command, methods } from "#lib/http/route";
import { exportPerson } from "#modules/personal-data";
import { exportAnswer, personInput } from "#schema/personal-data";

const summary =
  "Everything that is stored about one person: a user, or a customer whom only another system knows; audited.";
const body = { input: personInput, answer: exportAnswer, once: false, refuses: ["not_found"] } as const;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/personal-data/export", {
  POST: command({ who: ["supervisor"], summary, ...body, run: exportPerson }),
});
