import type { DocumentedOperation } from "#lib/http/openapi";
import { exampleOf } from "./example";
import { fieldsOfRequest } from "./requests";

/** Signing in with `-c cookies.txt` stores the cookies; a write must state that no other page sent it. */
const CREDENTIALS: Record<string, string[]> = {
  service: ['-H "Authorization: Bearer $SERVICE_API_KEY"'],
  cron: ['-H "Authorization: Bearer $CRON_SECRET"'],
  scraper: ['-H "Authorization: Bearer $METRICS_TOKEN"'],
  subscriber: ['-H "Authorization: Bearer $CONVERSATION_TOKEN"'],
  agent: ["-b cookies.txt", '-H "Sec-Fetch-Site: same-origin"'],
  supervisor: ["-b cookies.txt", '-H "Sec-Fetch-Site: same-origin"'],
};

type Example = { params: Record<string, string>; query: string; body?: Readonly<Record<string, unknown>> };

/** Invented but valid input of the operation: its required fields, and others without which it would be refused. */
export function requestOf(path: string, method: string, operation: DocumentedOperation): Example {
  const { parameters, requestBody } = operation;
  const fields = fieldsOfRequest(method, path);
  const value = ({ name, schema }: (typeof parameters)[number]) => String(fields[name] ?? exampleOf(schema, name));
  const inPath = parameters.filter((parameter) => parameter.in === "path");
  const inQuery = parameters.filter(
    ({ in: place, required, name }) => place === "query" && (required || name in fields),
  );
  return {
    params: Object.fromEntries(inPath.map((parameter) => [parameter.name, value(parameter)])),
    query: inQuery.map((parameter) => `${parameter.name}=${encodeURIComponent(value(parameter))}`).join("&"),
    ...(requestBody && {
      body: { ...(exampleOf(requestBody.content["application/json"].schema) as object), ...fields },
    }),
  };
}

/** A command that calls the operation at `origin` with an example of its input. */
export function curlOf(origin: string, path: string, method: string, operation: DocumentedOperation): string {
  const { params, query, body } = requestOf(path, method, operation);
  const address = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
  const caller = Object.keys(operation.security[0] ?? {})[0];
  const url = `${origin}${address}${query === "" ? "" : `?${query}`}`;
  return [
    `curl ${method === "get" ? "" : `-X ${method.toUpperCase()} `}${query.includes("&") ? `"${url}"` : url}`,
    ...(caller ? (CREDENTIALS[caller] ?? []) : []),
    ...(body ? ['-H "Content-Type: application/json"', `-d '${JSON.stringify(body)}'`] : []),
  ].join(" \\\n  ");
}
