import {
  type DocumentNode,
  execute,
  type ExecutionResult,
  getOperationAST,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
} from "graphql";
import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { isProduction } from "#lib/base/env";
import { Refusal } from "#lib/base/errors";
import { costOf, MAX, mustBeModest } from "#lib/http/graphql-limits";
import { parseJson } from "#lib/http/json";
import { faultForLog, problemOf } from "#lib/http/problem";
import type { Logger } from "#lib/base/log";

export type { Ctx } from "#lib/base/context";

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const map = z.custom<Record<string, unknown>>(isMap, "must be an object").meta({ description: "Values by name." });
/** The same in an address, as JSON. */
const mapInAddress = z
  .string()
  .max(MAX.text)
  .transform((text) => parseJson(text))
  .pipe(map);

const common = { query: z.string().min(1), operationName: z.string().max(200).nullish() };
/** A GraphQL request in a body. */
export const graphqlInput = z.strictObject({ ...common, variables: map.nullish(), extensions: map.nullish() });
/** A GraphQL request in an address. */
export const graphqlQuery = z.strictObject({
  ...common,
  variables: mapInAddress.nullish(),
  extensions: mapInAddress.nullish(),
});
type Given = z.output<typeof graphqlInput>;

const location = z.object({ line: z.int(), column: z.int() });
export const graphqlAnswer = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(
      z.object({
        message: z.string(),
        locations: z.array(location).optional(),
        path: z.array(z.union([z.string(), z.int()])).optional(),
        extensions: z.record(z.string(), z.unknown()),
      }),
    )
    .optional(),
});

/** The media type of GraphQL, with a status for each kind of answer; clients that do not know it get plain JSON. */
export const GRAPHQL_TYPE = "application/graphql-response+json";
const PLAIN_TYPE = "application/json";

const RULES = [...specifiedRules, ...(isProduction() ? [NoSchemaIntrospectionCustomRule] : [])];

/** A request as HTTP delivered it, and a function that refuses an API key without a scope. */
export type GraphqlRequest = Readonly<{ request: Request; mustHaveScope: (scope: string) => void }>;
/** An answer whose status and media type depend on its content. */
export type GraphqlAnswer = Readonly<{ status: number; type: string; body: unknown }>;

/**
 * Serves a schema as GraphQL over HTTP specifies: queries by GET and POST, mutations by POST, one at a time. A request that is
 * too large or does not fit the schema is refused before anything is resolved. Errors carry the `code` of a refusal; of a fault,
 * only a sentence leaves. `scopes`: the scopes for an API key.
 */
export function graphqlOver<C>(
  schema: GraphQLSchema,
  scopes: { query: string; mutation: string },
  contextOf: (ctx: Ctx) => C,
): (ctx: Ctx, given: Given, request: GraphqlRequest) => Promise<GraphqlAnswer> {
  return async (ctx, given, { request, mustHaveScope }) => {
    const answerAs = answerFor(request.headers.get("accept"));
    let ready: Ready;
    try {
      ready = prepared(schema, given);
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      return answerAs({ errors: [error] }, ctx.log);
    }
    const { document, operation } = ready;
    if (operation.operation === "mutation") mustBeSentAsMutation(request);
    mustHaveScope(operation.operation === "mutation" ? scopes.mutation : scopes.query);
    const result = await execute({
      schema,
      document,
      operationName: operation.name?.value,
      variableValues: given.variables,
      contextValue: contextOf(ctx),
      hideSuggestions: true,
    });
    return answerAs(result, ctx.log);
  };
}

type Ready = { document: DocumentNode; operation: OperationDefinitionNode };

/** The requested operation, valid and within the limits. Throws a GraphQLError. */
function prepared(schema: GraphQLSchema, { query, operationName, variables }: Given): Ready {
  if (query.length > MAX.text) throw new GraphQLError(`The query is longer than ${MAX.text} characters.`);
  const document = parse(query, { maxTokens: MAX.tokens });
  mustBeModest(document);
  const [wrong] = validate(schema, document, RULES, { maxErrors: 1, hideSuggestions: true });
  if (wrong) throw wrong;
  const operation = getOperationAST(document, operationName);
  if (!operation) throw new GraphQLError("Name one of the operations of the query as operationName.");
  if (!schema.getRootType(operation.operation))
    throw new GraphQLError(`There is no ${operation.operation} here; ask again with changedSince.`);
  const cost = costOf(schema, document, operation, variables ?? {});
  if (cost > MAX.cost) throw new GraphQLError(`This costs more than ${MAX.cost}; ask for fewer at once.`);
  return { document, operation };
}

/** A page of another origin can make a browser send a GET, or a POST that is not JSON, with the cookies of a person. */
function mustBeSentAsMutation({ method, url, headers }: Request): void {
  if (method !== "POST")
    throw new Refusal("method_not_allowed", "A mutation is sent by POST, as JSON.", { allow: "POST" });
  if (new URL(url).search !== "")
    throw new Refusal("invalid_input", "A mutation is sent in the body, not the address.");
  if (!headers.has("idempotency-key")) return;
  throw new Refusal(
    "invalid_input",
    "No Idempotency-Key is taken here: startRun and createDefinition take an idempotencyKey in their input, and the other mutations can be sent again as they are.",
  );
}

/** The form of the answer that the client accepts: with `application/json` alone it expects 200 for every answer. */
function answerFor(accept: string | null): (result: ExecutionResult, log: Logger) => GraphqlAnswer {
  const types = (accept ?? "*/*").split(",").map((one) => one.split(";")[0]!.trim().toLowerCase());
  const type = types.includes(GRAPHQL_TYPE) ? GRAPHQL_TYPE : PLAIN_TYPE;
  return ({ data, errors }, log) => {
    const wasExecuted = data !== undefined;
    const status = wasExecuted || (type === PLAIN_TYPE && types.includes(PLAIN_TYPE)) ? 200 : 400;
    const body = {
      ...(errors && { errors: errors.map((error) => formatted(error, log)) }),
      ...(wasExecuted && { data }),
    };
    return { status, type, body };
  };
}

/** The one place that words the errors of GraphQL. A fault goes to the log; only its code and a sentence leave. */
function formatted(error: GraphQLError, log: Logger): GraphQLFormattedError {
  const { locations, path } = error;
  const where = { ...(locations && { locations }), ...(path && { path }) };
  if (isOfRequest(error)) return { message: error.message, ...where, extensions: { code: "invalid_input" } };
  const cause = error.originalError ?? error;
  const { code, detail, details, status } = problemOf(cause);
  if (status >= 500) log.error({ fault: faultForLog(cause) }, "a field of a GraphQL answer failed");
  return { message: detail, ...where, extensions: { ...details, code } };
}

/** An error of the request: found before anything was resolved, or in the arguments of a field. */
function isOfRequest({ path, originalError }: GraphQLError): boolean {
  if (path === undefined) return true;
  return originalError instanceof GraphQLError && originalError.nodes !== undefined;
}
