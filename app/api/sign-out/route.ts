import { PEOPLE } from "#lib/http/caller";
import { browserCommand, methods } from "#lib/http/route";
import { signOut } from "#modules/access";
import { doneAnswer, signOutInput } from "#schema/access";

const summary = "Ends this session, or all of the account; a copy of the cookie is useless.";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/sign-out", {
  POST: browserCommand({ who: PEOPLE, summary, input: signOutInput, answer: doneAnswer, run: signOut }),
});
