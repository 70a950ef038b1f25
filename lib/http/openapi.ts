import { z } from "zod";
import { SENDERS } from "#declared";
import { CODES } from "#lib/base/errors";
import type { Endpoint } from "#lib/http/call";
import { GRAPHQL_TYPE } from "#lib/http/graphql";
import { bodySchema, inputSchema, type JsonSchema, outputSchema, parameters } from "#lib/http/json-schema";
import { refusalsOf } from "#lib/http/refusals";
import { type Operations, takesKey } from "#lib/http/route";

/** A route as its file exports it. */
export type Route = { path: string; operations: Operations };
export type OpenApi = {
  openapi: string;
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  paths: Record<string, Record<string, DocumentedOperation>>;
  components: Record<string, Record<string, unknown>>;
};
export type DocumentedOperation = {
  operationId: string;
  summary: string;
  tags: string[];
  security: Record<string, string[]>[];
  parameters: { name: string; in: string; required: boolean; description?: string; schema: JsonSchema }[];
  requestBody?: { required: boolean; content: { "application/json": { schema: JsonSchema } } };
  responses: Record<
    string,
    { description: string; headers?: Record<string, unknown>; content?: Record<string, { schema: JsonSchema }> }
  >;
};

/** The OpenAPI 3.1 document of these routes; `description` is the purpose of the API as a whole. */
export function openApiDocument(routes: Route[], version: string, description: string): OpenApi {
  return {
    openapi: "3.1.1",
    info: { title: "Ringback", version, description },
    servers: [{ url: "/" }],
    paths: Object.fromEntries(
      routes.map(({ path, operations }) => [addressOf(path), documentedRoute(path, operations)]),
    ),
    components: {
      securitySchemes: {
        service: { type: "http", scheme: "bearer", description: "An API key, or the value of SERVICE_API_KEY." },
        agent: {
          type: "apiKey",
          in: "cookie",
          name: "ringback.session_token",
          description: "A signed-in agent, at their own desk.",
        },
        supervisor: {
          type: "apiKey",
          in: "cookie",
          name: "ringback.session_token",
          description: "A signed-in supervisor.",
        },
        cron: { type: "http", scheme: "bearer", description: "The value of CRON_SECRET." },
        scraper: { type: "http", scheme: "bearer", description: "The value of METRICS_TOKEN." },
        subscriber: {
          type: "http",
          scheme: "bearer",
          description: "The token of a conversation, from POST /api/conversations/{conversationId}/token.",
        },
        ...Object.fromEntries(
          Object.entries(SENDERS).map(([name, { header, description }]) => [
            name,
            { type: "apiKey", in: "header", name: header, description },
          ]),
        ),
      },
      schemas: { Problem: PROBLEM },
    },
  };
}

/** `/agents/:agentId/session` becomes `/api/agents/{agentId}/session`. */
export function addressOf(path: string): string {
  return `/api${path.replace(/:(\w+)/g, "{$1}")}`;
}

const PROBLEM = {
  type: "object",
  description: "RFC 9457. `code` is for programs, `detail` is a sentence that says what to do.",
  required: ["type", "title", "status", "code", "detail", "requestId"],
  properties: {
    type: { type: "string", format: "uri-reference" },
    title: { type: "string" },
    status: { type: "integer" },
    code: {
      type: "string",
      enum: Object.keys(CODES),
      description: Object.entries(CODES)
        .map(([code, { meaning }]) => `\`${code}\`: ${meaning}`)
        .join("\n"),
    },
    detail: { type: "string" },
    requestId: { type: "string" },
    issues: {
      type: "array",
      description: "With `invalid_input`: what is wrong, and where.",
      items: {
        type: "object",
        required: ["path", "message"],
        properties: { path: { type: "string" }, message: { type: "string" } },
      },
    },
  },
};

function documentedRoute(path: string, operations: Operations): Record<string, DocumentedOperation> {
  const entries = Object.entries(operations).map(
    ([method, endpoint]) => [method.toLowerCase(), documented(path, method, endpoint)] as const,
  );
  return Object.fromEntries(entries);
}

function documented(path: string, method: string, endpoint: Endpoint): DocumentedOperation {
  const { who, summary } = endpoint;
  const input = inputSchema(endpoint.input);
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name!);
  const hasBody = ["POST", "PUT", "PATCH"].includes(method);
  const body = hasBody ? bodySchema(input, inPath) : undefined;
  const key = takesKey(method, endpoint) ? [IDEMPOTENCY_KEY] : [];
  const answers = answersOf(endpoint);
  return {
    operationId: `${method.toLowerCase()}${path.replace(/[/:-]+(\w)/g, (_, first: string) => first.toUpperCase())}`,
    summary,
    tags: [path.split("/")[1]!],
    security: who.filter((caller) => caller !== "anyone").map((caller) => ({ [caller]: [] })),
    parameters: [...parameters(input, inPath, !hasBody), ...key],
    ...(body && { requestBody: { required: true, content: { "application/json": { schema: body } } } }),
    responses: { ...answers, ...problems(method, endpoint, answers) },
  };
}

const IDEMPOTENCY_KEY = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description: "A repeat with the same key and input is answered as the first was, and does nothing a second time.",
  schema: { type: "string", minLength: 1, maxLength: 255, pattern: "^[!-~]+$" },
};

function answersOf(endpoint: Endpoint): DocumentedOperation["responses"] {
  const { kind, answer, status, type, location, etag } = endpoint;
  const schema = outputSchema(answer);
  const mayBeRepeat = status === 201 && answer instanceof z.ZodObject && "isNew" in answer.shape;
  const content = {
    [type]: { schema },
    ...(kind === "stream" && { "text/event-stream": { schema: { type: "string" } } }),
    ...(kind === "graphql" && { [GRAPHQL_TYPE]: { schema } }),
  };
  const string = { schema: { type: "string" } };
  const headers = { ...(location && { location: string }), ...(etag && { etag: string }) };
  return {
    [status]: {
      description: status === 201 ? "Made." : "The answer.",
      ...(Object.keys(headers).length > 0 && { headers }),
      content,
    },
    ...(mayBeRepeat && { 200: { description: "Made before; the same again.", content } }),
    ...(etag && { 304: { description: "Unchanged since the answer with this ETag." } }),
    ...(kind === "probe" && { 503: { description: "Not working; the answer says what is wrong.", content } }),
  };
}

/**
 * The statuses of the operation's refusals, each with its codes. A status that a successful answer has as well lists both bodies.
 */
function problems(
  method: string,
  endpoint: Endpoint,
  answers: DocumentedOperation["responses"],
): DocumentedOperation["responses"] {
  const byStatus = Map.groupBy(refusalsOf(method, endpoint), (code) => CODES[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, these]) => {
      const codes = these.map((code) => `\`${code}\`: ${CODES[code].meaning}`).join(" ");
      const answer = answers[status];
      return [
        status,
        {
          description: answer ? `${answer.description} ${codes}` : codes,
          ...(status === 503 && { headers: { "retry-after": { schema: { type: "string" } } } }),
          content: {
            ...answer?.content,
            "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } },
          },
        },
      ];
    }),
  );
}
