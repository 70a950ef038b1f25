/** Calls exported route handlers as Next does, with real requests on the real database. */
import { pino } from "pino";
import { expect } from "vitest";
import type { Code } from "#lib/base/errors";
import { log } from "#lib/base/log";
import { refusalsOf } from "#lib/http/refusals";
import type { Handler } from "#lib/http/call";
import type { Operations } from "#lib/http/route";
import "../setup/database.ts";
import { afterEveryTest, beforeEveryTest } from "../setup/hooks.ts";
import { CRON_SECRET, SERVICE_API_KEY } from "../setup/secrets.ts";

/** The lines of the log that this test caused, as text. */
export const lines: string[] = [];
Object.assign(log, { [pino.symbols.streamSym]: { write: (line: string) => void lines.push(line) } });

beforeEveryTest(() => {
  lines.length = 0;
  log.level = "info";
});
afterEveryTest(() => {
  log.level = "silent";
});

/** The log of this test, parsed. */
export function logged(): Record<string, unknown>[] {
  return lines.map((line) => JSON.parse(line));
}

export const asService = { authorization: `Bearer ${SERVICE_API_KEY}` };
export const asCron = { authorization: `Bearer ${CRON_SECRET}` };

type Sent = { headers?: Record<string, string>; body?: unknown; query?: string; params?: Record<string, string> };
export type Got = { status: number; headers: Headers; text: string; body: Record<string, unknown> };

type Served = Handler & { path?: string; operations?: Operations };

/**
 * One request. The body is sent as JSON, a string as it is; the caller is the service unless `headers` say otherwise. Fails
 * when the route refuses with a code that it does not declare.
 */
export async function call(handler: Served, method: string, sent: Sent = {}): Promise<Got> {
  const { headers = asService, body, query = "", params = {} } = sent;
  const type = body === undefined ? {} : { "content-type": "application/json" };
  const request = new Request(`http://localhost:3000/api/somewhere${query}`, {
    method,
    headers: { ...type, ...headers },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const answer = await got(await handler(request, { params: Promise.resolve(params) }));
  mustBeDeclared(handler, method, answer);
  return answer;
}

function mustBeDeclared({ path, operations }: Served, method: string, { headers, body }: Got): void {
  const operation = operations?.[(method === "HEAD" ? "GET" : method) as keyof Operations];
  if (!operation || headers.get("content-type") !== "application/problem+json" || body.code === undefined) return;
  if (body.code === "method_not_allowed" && method === "HEAD") return;
  const declared = refusalsOf(method, operation);
  expect(declared.has(body.code as Code), `${method} ${path} refuses ${body.code} and does not declare it`).toBe(true);
}

/** An answer, read. */
export async function got(response: Response): Promise<Got> {
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") === true;
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson && text !== "" ? JSON.parse(text) : {},
  };
}
