import type { JsonSchema } from "#lib/http/json-schema";
import type { DocumentedOperation } from "#lib/http/openapi";

/** Signing in with `-c cookies.txt` keeps the cookies; a write must say that no other page sent it. */
const CREDENTIALS: Record<string, string[]> = {
  service: ['-H "authorization: Bearer $SERVICE_API_KEY"'],
  cron: ['-H "authorization: Bearer $CRON_SECRET"'],
  agent: ["-b cookies.txt", '-H "sec-fetch-site: same-origin"'],
  supervisor: ["-b cookies.txt", '-H "sec-fetch-site: same-origin"'],
};

/** A command that calls the operation with made-up but well-formed input. */
export function curlOf(
  path: string,
  method: string,
  { parameters, requestBody, security }: DocumentedOperation,
): string {
  const address = parameters
    .filter((parameter) => parameter.in === "path")
    .reduce((text, { name, schema }) => text.replace(`{${name}}`, String(exampleOf(schema))), path);
  const caller = Object.keys(security[0] ?? {})[0];
  const body = requestBody && JSON.stringify(exampleOf(requestBody.content["application/json"].schema));
  return [
    `curl ${method === "get" ? "" : `-X ${method.toUpperCase()} `}http://localhost:3000${address}`,
    ...(caller ? (CREDENTIALS[caller] ?? []) : []),
    ...(body ? ['-H "content-type: application/json"', `-d '${body}'`] : []),
  ].join(" \\\n  ");
}

/** The smallest value that fits: of an object only the required fields. */
function exampleOf(schema: JsonSchema): unknown {
  const [only = schema] = (schema.anyOf ?? schema.oneOf ?? [schema]) as JsonSchema[];
  if (only !== schema) return exampleOf(only);
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if (schema.type === "array") return [exampleOf((schema.items ?? {}) as JsonSchema)];
  if (schema.type === "integer" || schema.type === "number") return schema.minimum ?? 1;
  if (schema.type === "boolean") return false;
  if (schema.type === "object") return exampleObject(schema);
  return exampleText(schema);
}

function exampleObject({
  properties = {},
  required = [],
}: { properties?: Record<string, JsonSchema>; required?: string[] } & JsonSchema) {
  return Object.fromEntries(required.map((name) => [name, exampleOf(properties[name] ?? {})]));
}

function exampleText({ format, pattern }: JsonSchema): string {
  if (format === "date-time") return "2026-12-01T15:00:00Z";
  if (format === "email") return "ann@example.com";
  return String(pattern).startsWith("^[1-9]") ? "1" : "text";
}
