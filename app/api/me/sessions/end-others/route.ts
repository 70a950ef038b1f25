import { PEOPLE } from "#lib/http/caller";
import { browserCommand, methods } from "#lib/http/route";
import { endOtherSessions } from "#modules/access";
import { doneAnswer, nothing } from "#schema/access";

const summary = "Ends every session of the caller except this browser's.";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/me/sessions/end-others", {
  POST: browserCommand({ who: PEOPLE, summary, input: nothing, answer: doneAnswer, run: endOtherSessions }),
});
