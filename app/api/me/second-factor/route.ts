import { PEOPLE } from "#lib/http/caller";
import { browserCommand, methods } from "#lib/http/route";
import { enableSecondFactor } from "#modules/access";
import { enableSecondFactorAnswer, passwordInput } from "#schema/access";

const summary = "Creates a second factor for an authenticator; it takes effect when a first code is confirmed.";
const body = { input: passwordInput, answer: enableSecondFactorAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/me/second-factor", {
  POST: browserCommand({ who: PEOPLE, summary, ...body, run: enableSecondFactor }),
});
