import type { DocumentedOperation } from "#lib/http/openapi";
import { exampleOf } from "./example";

/** Signing in with `-c cookies.txt` stores the cookies; a write must state that no other page sent it. */
const CREDENTIALS: Record<string, string[]> = {
  service: ['-H "Authorization: Bearer $SERVICE_API_KEY"'],
  cron: ['-H "Authorization: Bearer $CRON_SECRET"'],
  scraper: ['-H "Authorization: Bearer $METRICS_TOKEN"'],
  subscriber: ['-H "Authorization: Bearer $CONVERSATION_TOKEN"'],
  agent: ["-b cookies.txt", '-H "Sec-Fetch-Site: same-origin"'],
  supervisor: ["-b cookies.txt", '-H "Sec-Fetch-Site: same-origin"'],
};

/** A command that calls the operation at `origin` with invented but well-formed input. */
export function curlOf(
  origin: string,
  path: string,
  method: string,
  { parameters, requestBody, security }: DocumentedOperation,
): string {
  const value = (name: string, schema: Parameters<typeof exampleOf>[0]) =>
    encodeURIComponent(String(exampleOf(schema, name)));
  const address = parameters
    .filter((parameter) => parameter.in === "path")
    .reduce((text, { name, schema }) => text.replace(`{${name}}`, value(name, schema)), path);
  const query = parameters
    .filter((parameter) => parameter.in === "query" && parameter.required)
    .map(({ name, schema }) => `${name}=${value(name, schema)}`);
  const caller = Object.keys(security[0] ?? {})[0];
  const body = requestBody && JSON.stringify(exampleOf(requestBody.content["application/json"].schema));
  const url = `${origin}${address}${query.length > 0 ? `?${query.join("&")}` : ""}`;
  return [
    `curl ${method === "get" ? "" : `-X ${method.toUpperCase()} `}${query.length > 1 ? `"${url}"` : url}`,
    ...(caller ? (CREDENTIALS[caller] ?? []) : []),
    ...(body ? ['-H "Content-Type: application/json"', `-d '${body}'`] : []),
  ].join(" \\\n  ");
}
