import { PEOPLE } from "#lib/http/caller";
import { browserCommand, methods } from "#lib/http/route";
import { disableSecondFactor } from "#modules/access";
import { doneAnswer, passwordInput } from "#schema/access";

const summary = "Removes the second factor; sign-ins require the password alone.";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/me/second-factor/disable", {
  POST: browserCommand({ who: PEOPLE, summary, input: passwordInput, answer: doneAnswer, run: disableSecondFactor }),
});
