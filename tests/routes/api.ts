/**
 * The API as a caller sees it: `api("POST /callbacks/accept", { callbackId, agentId })`. Every answer is compared with the API
 * document.
 */
import { expect } from "vitest";
import { z } from "zod";
import { query, sql } from "#lib/database/sql";
import type { Handler } from "#lib/http/call";
import type { Method, Operations } from "#lib/http/route";
import { openApiDocument } from "#lib/http/openapi";
import { db } from "../setup/database.ts";
import { asService, call, type Got } from "./call.ts";

type RouteFile = Record<Method, Handler & { path?: string; operations?: Operations }>;

const loaders = import.meta.glob<RouteFile>("../../app/api/**/route.ts");

/** Every route file: its path below app/api, and its exports. */
export const files = await Promise.all(
  Object.entries(loaders).map(async ([file, load]) => ({
    file: file.replace("../../", ""),
    folder: file.replace("../../app/api", "").replace("/route.ts", ""),
    exports: await load(),
  })),
);

/** The routes among them, without the one that answers for all other addresses. */
export const routes = files.flatMap(({ exports, ...where }) => {
  const { path, operations } = exports.GET;
  return path && operations ? [{ ...where, exports, path, operations }] : [];
});

export const document = openApiDocument(routes, "test", "The API.");

const asCaller: Record<string, Record<string, string>> = { service: asService, none: {} };

/** `headers` replace the service's secret. */
type Options = { headers?: Record<string, string>; as?: "none" };

/** One request: method and address as in docs/api.md, a body, headers besides the service's secret. */
export async function api(request: string, body?: unknown, { headers = {}, as }: Options = {}): Promise<Got> {
  const [method, address] = request.split(" ") as [Method, string];
  const { pathname, search } = new URL(address, "http://localhost");
  const { route, params } = find(pathname);
  const answer = await call(route.exports[method], method, {
    headers: { ...(headers.cookie === undefined && asCaller[as ?? "service"]), ...headers },
    query: search,
    params,
    ...(body !== undefined && { body }),
  });
  mustBeAsDocumented(answer, route, method);
  return answer;
}

/** The route whose path matches, literal parts before parameters, as in Next. */
function find(pathname: string) {
  const parts = pathname.split("/");
  const fitting = routes
    .map((route) => ({ route, pattern: route.path.split("/") }))
    .filter(
      ({ pattern }) =>
        pattern.length === parts.length && pattern.every((part, at) => part[0] === ":" || part === parts[at]),
    )
    .sort((left, right) => left.route.path.split(":").length - right.route.path.split(":").length);
  const [{ route, pattern } = { route: undefined, pattern: [] }] = fitting;
  if (!route) throw new Error(`No route serves ${pathname}.`);
  const params = Object.fromEntries(
    pattern.flatMap((part, at) => (part[0] === ":" ? [[part.slice(1), decodeURIComponent(parts[at]!)]] : [])),
  );
  return { route, params };
}

function mustBeAsDocumented(
  { status, body, headers, text }: Got,
  { path, operations }: (typeof routes)[number],
  method: Method,
): void {
  const operation = operations[method as keyof Operations];
  const documented = document.paths[`/api${path.replace(/:(\w+)/g, "{$1}")}`]?.[method.toLowerCase()];
  if (!operation || !documented) return;
  expect(Object.keys(documented.responses), `${method} ${path} answered ${status}: ${text}`).toContain(String(status));
  if (headers.get("content-type") === "application/problem+json") {
    expect(body).toMatchObject({
      status,
      title: expect.any(String),
      detail: expect.stringMatching(/[.?]$/),
      requestId: expect.any(String),
    });
  } else if (status !== 304 && headers.get("content-type") === "application/json") {
    // Parsing drops what the schema does not know, so an undocumented field shows as a difference.
    expect(operation.answer.parse(body)).toEqual(body);
  }
}

/**
 * A fingerprint of every row of every table, equal when nothing was written; without the counts of requests and the refusals in the
 * audit.
 */
export async function everyRow(): Promise<Record<string, string>> {
  const tables = await query(
    db,
    z.object({ name: z.string(), rows: z.string() }),
    sql`SELECT tablename AS name, query_to_xml(format('SELECT count(*) AS n, coalesce(sum(hashtextextended(t::text, 0)), 0) AS sum FROM %I t WHERE t::text NOT LIKE ''%%,request.refused,%%''', tablename), true, true, '')::text AS rows
        FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'rate_limits' ORDER BY 1`,
  );
  return Object.fromEntries(tables.map(({ name, rows }) => [name, rows]));
}

/** Expects a problem with this status and code, and that nothing was written. */
export async function refused(request: string, body: unknown, code: [number, string], options?: Options): Promise<Got> {
  const before = await everyRow();
  const answer = await api(request, body, options);
  expect([answer.status, answer.body.code], answer.text).toEqual(code);
  expect(await everyRow()).toEqual(before);
  return answer;
}
