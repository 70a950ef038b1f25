import type { Handler } from "#lib/http/call";
import { explain } from "./meanings";
import { type OpenApi, openApiDocument, type Route } from "#lib/http/openapi";
import { version } from "../../package.json";

/** Every route file there is: none can be forgotten. Loaded when first needed, because one of them shows this very document. */
const FILES = import.meta.glob<{ GET: Handler & Partial<Route> }>("./**/route.ts");

const DESCRIPTION = `Ringback keeps the promises of a contact centre: every callback is called, on time, once, and anyone can see why.
Ids of users, claims and calls are strings of digits; times are ISO 8601 in UTC. Errors are application/problem+json with a code and a sentence.`;

let made: Promise<OpenApi> | undefined;

/** The OpenAPI document of the whole API, made once from the routes themselves. */
export function apiDocument(): Promise<OpenApi> {
  made ??= make();
  return made;
}

async function make(): Promise<OpenApi> {
  const files = await Promise.all(Object.values(FILES).map((load) => load()));
  const routes = files.flatMap(({ GET: { path, operations } }) => (path && operations ? [{ path, operations }] : []));
  const document = openApiDocument(routes, version, DESCRIPTION);
  for (const [address, methods] of Object.entries(document.paths))
    for (const operation of Object.values(methods)) explain(address, operation);
  return document;
}
