import { browserCommand, methods } from "#lib/http/route";
import { signIn } from "#modules/access";
import { signInAnswer, signInInput } from "#schema/access";

const summary = "Signs a person in with e-mail and password; the cookie is in the answer.";
const refuses = ["unauthenticated", "forbidden"] as const;

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/sign-in", {
  POST: browserCommand({ who: ["anyone"], summary, input: signInInput, answer: signInAnswer, refuses, run: signIn }),
});
