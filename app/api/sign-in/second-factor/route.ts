import { browserCommand, methods } from "#lib/http/route";
import { confirmSecondFactor } from "#modules/access";
import { signInAnswer, signInCodeInput } from "#schema/access";

const summary = "Completes a sign-in with the six digits of the authenticator, or with a backup code.";
const body = { input: signInCodeInput, answer: signInAnswer, refuses: ["unauthenticated", "forbidden"] as const };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/sign-in/second-factor", {
  POST: browserCommand({ who: ["anyone"], summary, ...body, run: confirmSecondFactor }),
});
