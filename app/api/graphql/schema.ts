import { graphqlOver } from "#lib/http/graphql";
import { builder } from "./builder.ts";
import { loadersFor } from "./loaders.ts";
import "./compare.ts";
import "./definition.ts";
import "./items.ts";
import "./queue.ts";
import "./run.ts";
import "./steer.ts";

/** The schema of the endpoint; `schema.graphql` beside it is printed from it. */
export const schema = builder.toSchema();

/** The scopes that an API key needs. */
export const SCOPES = { query: "runs:read", mutation: "runs:write" };

/** Answers one GraphQL request. */
export const answerGraphql = graphqlOver(schema, SCOPES, (ctx) => ({ ctx, load: loadersFor(ctx) }));
