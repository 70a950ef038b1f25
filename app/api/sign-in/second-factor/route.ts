import { methods, route } from "#lib/http/route";
import { confirmSecondFactor } from "#modules/access";
import { secondFactorInput, signInAnswer } from "#schema/access";

const summary = "Finishes a sign-in with the six digits of the authenticator.";
const body = { input: secondFactorInput, answer: signInAnswer, refuses: ["unauthenticated", "forbidden"] as const };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/sign-in/second-factor", {
  POST: route({ who: ["anyone"], summary, ...body, browse: confirmSecondFactor }),
});
