import { createHash } from "node:crypto";
import { describeActor } from "#lib/base/context";
import type { Code } from "#lib/base/errors";
import { renderJson } from "#lib/base/json";
import { dataHeaders } from "#lib/http/browser-headers";
import type { Call, Reply } from "#lib/http/call";
import { faultForLog, type Problem, problemBody, problemHeaders, problemOf } from "#lib/http/problem";

/** Below this size a compressor takes longer than the bytes that it saves. */
const SHORT_BYTES = 1_024;

/** A reply with a JSON body. */
export function jsonReply(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
  return { status, body: renderJson(body), headers: { "content-type": "application/json", ...headers } };
}

/**
 * A JSON reply with a weak ETag; 304 without a body for a caller who has this answer already. A difference in `now` alone does not
 * change the ETag.
 */
export function taggedReply(request: Request, answer: unknown): Reply {
  const tag = tagOf(lasting(answer));
  if (isKnown(request.headers.get("if-none-match"), tag)) return { status: 304, headers: { etag: tag } };
  return jsonReply(200, answer, { etag: tag });
}

/** A JSON body that is sent many times, with its ETag. */
export type Rendered = Readonly<{ body: Uint8Array<ArrayBuffer>; tag: string }>;

/** Renders a body once, for `renderedReply`. */
export function renderOnce(body: unknown): Rendered {
  const text = renderJson(body);
  return { body: Buffer.from(text), tag: tagOf(text) };
}

/**
 * A reply with a rendered body; 304 without a body for a caller who has it already. It is sent as it is: Next would compress it for
 * each request anew, which takes as long as a poll of a desk, and removes the encoding of a body that was compressed before.
 */
export function renderedReply(request: Request, { body, tag }: Rendered): Reply {
  if (isKnown(request.headers.get("if-none-match"), tag)) return { status: 304, headers: { etag: tag } };
  const headers = { "content-type": "application/json", "cache-control": "no-store, no-transform", etag: tag };
  return { status: 200, body, headers };
}

/** A stream of events. Proxies must not buffer it in order to compress it. */
export function streamReply(body: ReadableStream<Uint8Array>): Reply {
  const headers = {
    "content-type": "text/event-stream",
    "cache-control": "no-store, no-transform",
    "x-accel-buffering": "no",
  };
  return { status: 200, headers, body };
}

/** The reply to a thrown error: a refusal gives its reason, a fault no internals. */
export function problemReply(error: unknown): Reply {
  return { problem: problemOf(error), fault: error };
}

/** The reply of a refusal that was not thrown. */
export function refusalReply(status: number, code: Code, detail: string, headers: Record<string, string> = {}): Reply {
  return { problem: { status, code, detail }, headers };
}

/**
 * Sends a reply, and logs the request in exactly one line, without query, body or secrets. Every answer of the API has a request
 * id and is not cached; a problem is problem+json.
 */
export function respond(call: Call, reply: Reply): Response {
  const response = responseOf(call, reply);
  const { status } = response;
  if (hasUnreadBody(call.request, status)) response.headers.set("connection", "close");
  const line = {
    method: call.method,
    route: `/api${call.path}`,
    status,
    durationMs: call.elapsed(),
    actor: describeActor(call.caller.actor),
    ...("problem" in reply && { code: reply.problem.code }),
    ...("problem" in reply && status >= 500 && { fault: faultForLog(reply.fault) }),
  };
  call.log[status >= 500 ? "error" : "info"](line, "request");
  return response;
}

function responseOf({ id, method }: Call, reply: Reply): Response {
  const headers = new Headers({ ...dataHeaders(), "cache-control": "no-store", "x-request-id": id });
  const isProblem = "problem" in reply;
  const status = isProblem ? reply.problem.status : reply.status;
  const given = isProblem ? { ...problemTypeAndHeaders(reply.problem), ...reply.headers } : reply.headers;
  for (const [name, value] of Object.entries(given ?? {})) headers.set(name, value);
  for (const cookie of reply.cookies ?? []) headers.append("set-cookie", cookie);
  const body = isProblem ? renderJson(problemBody(reply.problem, id)) : reply.body;
  if (isShort(body)) headers.append("cache-control", "no-transform");
  return new Response(method === "HEAD" ? null : (body ?? null), { status, headers });
}

/** Whether compressing the body would cost more than it saves; Next compresses all others. */
function isShort(body: unknown): boolean {
  return (typeof body === "string" || body instanceof Uint8Array) && Buffer.byteLength(body) < SHORT_BYTES;
}

function problemTypeAndHeaders({ status, details }: Problem): Record<string, string> {
  return { "content-type": "application/problem+json", ...problemHeaders(status, details) };
}

/** Whether unread bytes of the body may still come: the connection then ends with the answer, and they are not read. */
function hasUnreadBody({ headers, bodyUsed }: Request, status: number): boolean {
  return status === 413 || (headers.has("transfer-encoding") && !bodyUsed);
}

/** A weak ETag of this text. */
const tagOf = (text: string): string => `W/"${createHash("sha256").update(text).digest("base64url")}"`;

/** The part of an answer that its tag covers: everything but the time of reading, `now`. */
function lasting(answer: unknown): string {
  const { now: _, ...rest } = answer as { now?: unknown };
  return renderJson(rest);
}

/** Weak comparison, as If-None-Match specifies. */
function isKnown(given: string | null, tag: string): boolean {
  const strong = (text: string) => text.trim().replace(/^W\//, "");
  return given !== null && (given.trim() === "*" || given.split(",").some((one) => strong(one) === strong(tag)));
}
