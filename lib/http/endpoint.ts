import { randomUUID } from "node:crypto";
import { z } from "zod";
import { stopwatch } from "#lib/time/clock";
import type { Actor, ReadCtx } from "#lib/base/context";
import type { Code } from "#lib/base/errors";
import { currentLimits } from "#lib/base/limits";
import { type Logger, log } from "#lib/base/log";
import { auditRefusal } from "#lib/http/audit-refusal";
import { type Authenticated, authenticate, authorize, NOBODY, type Who } from "#lib/http/authenticate";
import { withinDeadline } from "#lib/http/deadline";
import { inTurn, inTurnForFile } from "#lib/http/lane";
import { database, readCtx } from "#lib/http/process";
import { problemReply, type Reply, respond } from "#lib/http/reply";
import { MAX_BYTES, type PathParams, readBytes, readInput } from "#lib/http/request-input";
import { takesForms } from "#lib/http/signature";

/** The kinds are made in `lib/http/route.ts`, which describes each. */
export type Kind = "query" | "download" | "probe" | "command" | "browser" | "webhook" | "cron" | "stream" | "graphql";

/** One method of one route. `serve` serves it, and the API document is made from it. */
export type Endpoint = Readonly<{
  kind: Kind;
  who: Who;
  /** One sentence for the reader of the API. */
  summary: string;
  /** All input: path, query and body as one strict object. */
  input: z.ZodType;
  /** The body of a successful answer, its status and its media type. */
  answer: z.ZodType;
  status: 200 | 201 | 202;
  type: string;
  /** The codes of its own refusals; `refusalsOf` adds those that every endpoint of its kind can give. */
  refuses: readonly Code[];
  /** The scopes that let an API key use it; without them the method and the first part of the path name the scope. */
  scopes?: readonly string[];
  location?: (answer: never) => string;
  etag?: boolean;
  /** For a command: whether it takes an Idempotency-Key (`takesKey`). */
  once?: boolean | "own";
  /** Input fields that follow from the caller, where the input has such a field and the request leaves it out. */
  defaults?: (actor: Actor) => Record<string, unknown>;
  /** Input fields from headers or address, which query and body cannot replace. */
  fields?: (request: Request) => Record<string, unknown>;
  /** The module's rule for which caller may send which input. Refuses `forbidden`. */
  guard?: (actor: Actor, input: unknown) => void;
  /** Performs the operation. */
  perform: (ctx: ReadCtx, input: unknown, call: Call) => Promise<Reply>;
}>;

/** One request on its way to its reply. */
export type Call = {
  readonly request: Request;
  /** The method as the client sent it. */
  readonly method: string;
  /** The path of the route, `/agents/:agentId`, without the leading `/api`. */
  readonly path: string;
  readonly id: string;
  readonly log: Logger;
  readonly elapsed: () => number;
  /** The bytes of the body. Refuses `too_large`. */
  readonly body: () => Promise<Uint8Array>;
  /** The unknown caller, until the request is authenticated. */
  caller: Authenticated;
};

/**
 * The life of a request, with `handle` from top to bottom. It never throws: an error becomes a problem. An answer takes at most
 * five seconds, except that of a cron.
 */
export async function serve(endpoint: Endpoint, call: Call, params: Promise<PathParams>): Promise<Response> {
  try {
    return respond(call, await inTime(endpoint, call, async () => handle(endpoint, call, await params)));
  } catch (error) {
    return respond(call, problemReply(error));
  }
}

/** Begins a request: gives it an id, a log and a stopwatch. */
export function beginCall(request: Request, method: string, path: string, maxBytes: number = MAX_BYTES.caller): Call {
  const id = requestIdOf(request.headers);
  let body: Promise<Uint8Array> | undefined;
  return {
    request,
    method,
    path,
    id,
    log: log.child({ requestId: id }),
    elapsed: stopwatch(),
    body: () => (body ??= readBytes(request, maxBytes)),
    caller: NOBODY,
  };
}

async function handle(endpoint: Endpoint, call: Call, params: PathParams): Promise<Reply> {
  call.caller = await authenticate(database("request"), endpoint, call);
  try {
    authorize(call.caller, endpoint, call);
    const input = await readInput(call, endpoint.input, {
      defaults: knownTo(endpoint.input, endpoint.defaults?.(call.caller.actor)),
      fixed: { ...params, ...endpoint.fields?.(call.request) },
      isForm: takesForms(endpoint.who),
    });
    endpoint.guard?.(call.caller.actor, input);
    const reply = await endpoint.perform(await openContext(endpoint, call), input, call);
    return { ...reply, cookies: [...call.caller.cookies, ...(reply.cookies ?? [])] };
  } catch (error) {
    await auditRefusal(database("request"), call, error);
    throw error;
  }
}

async function openContext({ kind }: Endpoint, { caller, request, log: requestLog }: Call): Promise<ReadCtx> {
  // A probe must answer while the database is away.
  const limits = kind === "probe" ? undefined : await currentLimits(database("request"));
  const ctx = readCtx(caller.actor, kind === "cron" ? "batch" : "request", requestLog, limits);
  return { ...ctx, traceparent: request.headers.get("traceparent") };
}

/** Waits for the caller's turn, but not beyond the deadline of the request. */
function inTime({ kind }: Endpoint, { request: { headers } }: Call, work: () => Promise<Reply>): Promise<Reply> {
  const turn = () => (kind === "download" ? inTurnForFile : inTurn)(headers, work);
  return kind === "cron" ? turn() : withinDeadline(headers, turn);
}

/** The fields that the input has. */
function knownTo(input: z.ZodType, fields: Record<string, unknown> = {}): Record<string, unknown> {
  const shape = input instanceof z.ZodObject ? input.shape : {};
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name in shape));
}

function requestIdOf(headers: Headers): string {
  const given = headers.get("x-request-id") ?? "";
  return /^[A-Za-z0-9._-]{1,100}$/.test(given) ? given : randomUUID();
}
