import { PEOPLE } from "#lib/http/caller";
import { browserQuery, methods } from "#lib/http/route";
import { listSessions } from "#modules/access";
import { nothing, sessionsAnswer } from "#schema/access";

const summary = "The browsers in which the caller is signed in; the caller's own comes first.";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/me/sessions", {
  GET: browserQuery({ who: PEOPLE, summary, input: nothing, answer: sessionsAnswer, read: listSessions }),
});
