import { PEOPLE } from "#lib/http/caller";
import { browserCommand, methods } from "#lib/http/route";
import { confirmNewSecondFactor } from "#modules/access";
import { doneAnswer, secondFactorInput } from "#schema/access";

const summary = "Confirms a new second factor with a first code; from now on every sign-in requires one.";
const body = { input: secondFactorInput, answer: doneAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/me/second-factor/confirm", {
  POST: browserCommand({ who: PEOPLE, summary, ...body, run: confirmNewSecondFactor }),
});
