import { createHash, randomUUID } from "node:crypto";
import { pause, stopwatch } from "#lib/time/clock";
import { type Actor, describeActor } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { dataHeaders } from "#lib/http/browser-headers";
import { renderJson } from "#lib/base/json";
import { faultForLog, type Problem, problemBody, problemHeaders, problemOf } from "#lib/http/problem";
import type { Answered } from "#lib/http/repeat";
import { type Logger, log } from "#lib/base/log";

/** A request and the route it came to; `path` without the leading `/api`. */
export type Edge = { path: string; method: string; request: Request };

/** What is sent: a body that is rendered already, or a problem. */
export type Sent = { headers?: Record<string, string>; cookies?: readonly string[] } & (
  | { status: number; body?: string | ReadableStream<Uint8Array> }
  | { problem: Problem; fault?: unknown }
);

/** What an answer is made with: the log of this request, and a way to say who asked. */
export type Around = { requestLog: Logger; identified: (actor: Actor) => void };

/** A request gets its answer within five seconds of its arrival; the rest is for the way. */
const DEADLINE_MS = 4_800;

/**
 * What every answer of the API has in common: a request id, no caching, problems as problem+json, nothing thrown, and
 * exactly one line in the log, with neither query, body nor secrets.
 */
export async function serve(
  { path, method, request }: Edge,
  answer: (request: Request, around: Around) => Promise<Sent>,
): Promise<Response> {
  const elapsed = stopwatch();
  const requestId = requestIdOf(request.headers);
  const requestLog = log.child({ requestId });
  let actor: Actor = { kind: "anyone" };
  let sent: Sent;
  try {
    sent = await answer(request, {
      requestLog,
      identified(known) {
        actor = known;
      },
    });
  } catch (error) {
    sent = { problem: problemOf(error), fault: error };
  }
  const response = responseOf(sent, requestId, method);
  const { status } = response;
  if (mayGoOn(request, status)) response.headers.set("connection", "close");
  const line = { method, route: `/api${path}`, status, durationMs: elapsed(), actor: describeActor(actor) };
  const problem =
    "problem" in sent ? { code: sent.problem.code, ...(status >= 500 && { fault: faultForLog(sent.fault) }) } : {};
  requestLog[status >= 500 ? "error" : "info"]({ ...line, ...problem }, "request");
  return response;
}

/** Whether more of the body may come that nobody reads: the connection ends with the answer, so that nobody takes it in. */
function mayGoOn({ headers, bodyUsed }: Request, status: number): boolean {
  return status === 413 || (headers.has("transfer-encoding") && !bodyUsed);
}

/** `key`: the Idempotency-Key under which it was done. The answer repeats it, so that nobody else's answer passes for this one. */
type BodyOptions = {
  etag: boolean;
  file: FileOf;
  text: string | undefined;
  replayed: boolean;
  key: string | undefined;
};
type FileOf = { name: string; type: string } | undefined;

/** The rendered body with its headers; 304 without one when the caller has this answer already. */
export function sendBody(request: Request, answered: Answered, { etag, file, text, replayed, key }: BodyOptions): Sent {
  const { status, location, type } = answered;
  const body = file || text ? String(answered.body) : renderJson(answered.body);
  const headers = {
    ...(file && { "content-type": file.type, "content-disposition": `attachment; filename="${file.name}"` }),
    ...(text && { "content-type": text }),
    ...(type && { "content-type": type }),
    ...(location && { location }),
    ...(replayed && { "idempotency-replayed": "true" }),
    ...(key !== undefined && { "idempotency-key": key }),
    ...(status === 503 && problemHeaders(status)),
  };
  if (!etag) return { status, headers, body };
  const tag = `W/"${createHash("sha256").update(lasting(answered.body)).digest("base64url")}"`;
  if (isKnown(request.headers.get("if-none-match"), tag)) return { status: 304, headers: { etag: tag } };
  return { status, headers: { ...headers, etag: tag }, body };
}

/** Events as they come. Nothing on the way may keep them back to pack them. */
export function sendStream(body: ReadableStream<Uint8Array>): Sent {
  const headers = {
    "content-type": "text/event-stream",
    "cache-control": "no-store, no-transform",
    "x-accel-buffering": "no",
  };
  return { status: 200, headers, body };
}

/** What a tag is made of: the time of reading, `now`, alone makes no new answer. */
function lasting(body: unknown): string {
  const { now: _, ...rest } = body as { now?: unknown };
  return renderJson(rest);
}

/** Waits for `work` no longer than a caller should wait who came `waited` ago. The work itself goes on. */
export async function withinDeadline<T>(waited: number, work: () => Promise<T>): Promise<T> {
  if (waited >= DEADLINE_MS) throw tooLate("Nothing was done with it.");
  const timer = new AbortController();
  const late = pause(DEADLINE_MS - waited, timer.signal).then((): never => {
    throw tooLate("It may still finish.");
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    timer.abort();
  }
}

function tooLate(meanwhile: string): Refusal {
  return new Refusal(
    "unavailable",
    `This takes longer than usual. ${meanwhile} Send it again in a second, with the same Idempotency-Key if it had one.`,
  );
}

function responseOf(sent: Sent, requestId: string, method: string): Response {
  const common = { ...dataHeaders(), "cache-control": "no-store", "x-request-id": requestId };
  if ("problem" in sent) {
    const { status } = sent.problem;
    const body = renderJson(problemBody(sent.problem, requestId));
    const headers = withCookies(sent, {
      "content-type": "application/problem+json",
      ...common,
      ...problemHeaders(status, sent.problem.details),
      ...sent.headers,
    });
    return new Response(method === "HEAD" ? null : body, { status, headers });
  }
  const type = sent.body === undefined ? {} : { "content-type": "application/json" };
  return new Response(method === "HEAD" ? null : (sent.body ?? null), {
    status: sent.status,
    headers: withCookies(sent, { ...type, ...common, ...sent.headers }),
  });
}

function withCookies({ cookies = [] }: Sent, given: Record<string, string>): Headers {
  const headers = new Headers(given);
  for (const cookie of cookies) headers.append("set-cookie", cookie);
  return headers;
}

function requestIdOf(headers: Headers): string {
  const given = headers.get("x-request-id") ?? "";
  return /^[A-Za-z0-9._-]{1,100}$/.test(given) ? given : randomUUID();
}

/** Weak comparison, as If-None-Match asks for. */
function isKnown(given: string | null, tag: string): boolean {
  const strong = (text: string) => text.trim().replace(/^W\//, "");
  return given !== null && (given.trim() === "*" || given.split(",").some((one) => strong(one) === strong(tag)));
}
