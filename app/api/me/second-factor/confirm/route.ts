import { PEOPLE } from "#lib/http/authenticate";
import { methods, route } from "#lib/http/route";
import { confirmNewSecondFactor } from "#modules/access";
import { doneAnswer, secondFactorInput } from "#schema/access";

const summary = "Confirms a new second factor with a first code; every sign-in asks for one from now on.";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/me/second-factor/confirm", {
  POST: route({ who: PEOPLE, summary, input: secondFactorInput, answer: doneAnswer, browse: confirmNewSecondFactor }),
});
