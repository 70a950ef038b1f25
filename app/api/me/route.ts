import { PEOPLE } from "#lib/http/caller";
import { methods, query } from "#lib/http/route";
import { whoAmI } from "#modules/access";
import { meAnswer, nothing } from "#schema/access";

const summary = "The person who is signed in.";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/me", {
  GET: query({ who: PEOPLE, summary, input: nothing, answer: meAnswer, read: whoAmI }),
});
