import { randomUUID } from "node:crypto";
import { z } from "zod";
import { stopwatch } from "#lib/time/clock";
import type { ReadCtx } from "#lib/base/context";
import { currentLimits } from "#lib/base/limits";
import { log } from "#lib/base/log";
import { auditRefusal } from "#lib/http/audit-refusal";
import { authenticate, authorize } from "#lib/http/authenticate";
import type { Call, Endpoint, PathParams, Reply } from "#lib/http/call";
import { NOBODY } from "#lib/http/caller";
import { withinDeadline } from "#lib/http/deadline";
import { inTurn, inTurnForBulk } from "#lib/http/lane";
import { database, readCtx } from "#lib/http/process";
import { problemReply, respond } from "#lib/http/reply";
import { MAX_BYTES, readBytes, readInput } from "#lib/http/request-input";
import { takesForms } from "#lib/http/signature";

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
function inTime(
  { kind, isBulk = false }: Endpoint,
  { request: { headers } }: Call,
  work: () => Promise<Reply>,
): Promise<Reply> {
  const turn = () => (isBulk ? inTurnForBulk : inTurn)(headers, work);
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
