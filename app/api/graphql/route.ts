import { ALL_DESKS } from "#lib/http/caller";
import { graphqlInput, graphqlQuery } from "#lib/http/graphql";
import { graphql, methods } from "#lib/http/route";
import { answerGraphql, SCOPES } from "./schema.ts";

const answer = { who: ALL_DESKS, run: answerGraphql };
const ask = { summary: "A GraphQL query about runs and their queues.", input: graphqlQuery, scopes: [SCOPES.query] };
const both = { summary: "A GraphQL query or mutation.", input: graphqlInput, scopes: Object.values(SCOPES) };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/graphql", {
  GET: graphql({ ...answer, ...ask, refuses: ["method_not_allowed"] }),
  POST: graphql({ ...answer, ...both }),
});
