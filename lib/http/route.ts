import { z } from "zod";
import { readClock } from "#lib/time/clock";
import { type Actor, type Browser, type Ctx, describeActor, type ReadCtx, type ServerEvent } from "#lib/base/context";
import type { Timeouts } from "#lib/database/db";
import { type Code, Refusal } from "#lib/base/errors";
import { clientAddress } from "#lib/http/address";
import { sinceArrival } from "#lib/http/arrival";
import { actionOf } from "#lib/http/action";
import { auditRefusal } from "#lib/http/audit-refusal";
import {
  type ActorOf,
  type Identified,
  identify,
  identifyNobody,
  identifySender,
  identifyStreamReader,
  mustBeAllowed,
  mustHaveScope,
  type Who,
} from "#lib/http/authenticate";
import { type Around, type Edge, type Sent, sendBody, sendStream, serve, withinDeadline } from "#lib/http/edge";
import { inTurn, inTurnForFile } from "#lib/http/lane";
import { currentLimits } from "#lib/base/limits";
import { allowOrigin } from "#lib/http/cross-origin";
import { faultForLog } from "#lib/http/problem";
import { database, readCtx } from "#lib/http/process";
import { type Answered, answerOnce, idempotencyKey } from "#lib/http/repeat";
import { MAX_BYTES, type PathParams, readBytes, readInput } from "#lib/http/request-input";
import { mustNotBeForeign } from "#lib/http/same-origin";
import { SENDERS } from "#lib/http/signature";
import { streamOf, wantsStream } from "#lib/http/stream";
import { SENT_METHOD } from "#lib/http/unknown";
import type { Logger } from "#lib/base/log";

/** What a route says about itself; the API document is made of it. */
type Described<I extends z.ZodType, A extends z.ZodType> = {
  /** One sentence for the reader of the API. */
  summary: string;
  /** Everything the route takes: path, query and body as one strict object. */
  input: I;
  /** The body of the answer. */
  answer: A;
  /** Of a good answer; 200 unless said otherwise. */
  status?: 200 | 201 | 202;
  /** An answer that says so made nothing new, and is sent with 200. */
  isRepeat?: (answer: z.input<A>) => boolean;
  /**
   * The same answers as events, one after the other, for who asks for `text/event-stream`. `after`: the last one
   * heard of.
   */
  stream?: (ctx: Ctx, input: z.output<I>, signal: AbortSignal) => AsyncGenerator<ServerEvent>;
  /** Codes of the operation's own refusals; those of the edge itself need no mention. */
  refuses?: readonly Code[];
  /** Answers that carry their address in `Location`. */
  location?: (answer: z.input<A>) => string;
  /** Sends a weak ETag, and 304 without a body to who has this answer already, whatever its `now`. */
  etag?: boolean;
  /** The answer is the text of a file with this name, not JSON. */
  file?: { name: string; type: string };
  /** The answer is a text of this type, not JSON. */
  text?: string;
  /** An answer that means "not working": sent as it is, with 503. */
  isDown?: (answer: z.input<A>) => boolean;
  /** `batch` has no deadline, and a database handle with long timeouts. */
  timeouts?: Timeouts;
  /**
   * False: an answer that must not be kept for a repeat, such as a secret that is shown once. True: a PUT that takes a key as
   * a POST does. "own": the operation keeps its keys itself, and gets the header's as `idempotencyKey` of its input.
   */
  once?: boolean | "own";
  /** With keys of its own: whether this answer is that of an earlier request. It is marked as one. */
  isReplay?: (answer: z.input<A>) => boolean;
  /** Which API keys may use it, one of these; otherwise the address and the method say so. */
  scopes?: readonly string[];
  /** Asked so often, or so needed when the database is down, that it is not counted. Only for anyone. */
  uncounted?: boolean;
};

/**
 * `read` is for reads of one statement, which look at the clock themselves; everything else is `run`. What signs people
 * in and out is `browse`: it sees the headers and sets cookies. `speak` is for a protocol of its own within HTTP, which
 * chooses status and media type, and names the scope once it knows what is asked.
 */
type Work<W extends Who, I extends z.ZodType, A extends z.ZodType> =
  | { read: (ctx: ReadCtx<ActorOf<W>>, input: z.output<I>) => Promise<z.input<A>> }
  | { run: (ctx: Ctx<ActorOf<W>>, input: z.output<I>) => Promise<z.input<A>> }
  | { browse: (ctx: Ctx<ActorOf<W>>, input: z.output<I>, browser: Browser) => Promise<z.input<A>> }
  | { speak: (ctx: Ctx<ActorOf<W>>, input: z.output<I>, asked: Asked) => Promise<Spoken> };

/** A request in a protocol of its own: what it is, and a way to refuse an API key that is not for what it asks. */
export type Asked = Readonly<{ request: Request; mustHaveScope: (scope: string) => void }>;
/** What a protocol answers: its own status and media type, and a body that is sent as JSON. */
export type Spoken = Readonly<{ status: number; type: string; body: unknown }>;

/** A route without its types: what `methods` serves and the API document shows. */
export type Operation = Omit<Described<z.ZodType, z.ZodType>, "stream"> & {
  who: Who;
  read?: (ctx: ReadCtx, input: unknown) => Promise<unknown>;
  run?: (ctx: Ctx, input: unknown) => Promise<unknown>;
  browse?: (ctx: Ctx, input: unknown, browser: Browser) => Promise<unknown>;
  speak?: (ctx: Ctx, input: unknown, asked: Asked) => Promise<Spoken>;
  stream?: (ctx: Ctx, input: unknown, signal: AbortSignal) => AsyncGenerator<ServerEvent>;
};

/** One operation of one route: who may call it, what it takes, what it answers, and the function that does it. */
export function route<const W extends Who, I extends z.ZodType, A extends z.ZodType>(
  definition: { who: W } & Described<I, A> & Work<W, I, A>,
): Operation {
  return definition as unknown as Operation;
}

export type Handler = (request: Request, context: { params: Promise<PathParams> }) => Promise<Response>;
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
export type Method = (typeof METHODS)[number];
type Handlers = Record<Method, Handler & { path?: string; operations?: Operations }>;
export type Operations = Partial<Record<"GET" | "POST" | "PUT" | "PATCH" | "DELETE", Operation>>;

/**
 * The exports of a route file: its operations, and for every other method a 405 that says which there are. `path` is
 * the place of the file, written as `/agents/:agentId/session`. A GET that only reads answers HEAD as well.
 */
export function methods(path: string, operations: Operations): Handlers {
  const served: Partial<Record<Method, Operation>> = {
    ...operations,
    ...(operations.GET?.read && { HEAD: operations.GET }),
  };
  const allow = METHODS.filter((method) => served[method]).join(", ");
  const handlers = METHODS.map((method): [Method, Handler] => {
    const operation = served[method];
    const answer: Handler = operation
      ? (request, { params }) => handle({ path, method, request }, operation, params)
      : (request) => serve({ path, method, request }, async () => refuseMethod(request, allow));
    if (!isForHolders(operations)) return [method, answer];
    return [method, async (request, context) => allowOrigin(request, await answer(request, context), allow)];
  });
  return Object.fromEntries(
    handlers.map(([method, handler]) => [method, Object.assign(handler, { path, operations })]),
  ) as Handlers;
}

/** Whether the browser of the holder of a conversation asks here, from a page that is not ours. */
function isForHolders(operations: Operations): boolean {
  return Object.values(operations).some(({ who }) => who.includes("holder"));
}

function refuseMethod(request: Request, allow: string): Sent {
  const method = request.headers.get(SENT_METHOD) ?? request.method;
  if (method === "OPTIONS") return { status: 204, headers: { allow } };
  const detail = `${method} does nothing here; this route knows ${allow}.`;
  return { problem: { status: 405, code: "method_not_allowed", detail }, headers: { allow } };
}

function handle(edge: Edge, operation: Operation, params: Promise<PathParams>): Promise<Response> {
  return serve(edge, async (request, around) => {
    const path = await params;
    const turn = operation.file ? inTurnForFile : inTurn;
    const work = () => turn(request.headers, () => answerOf(edge, operation, path, around));
    const { replayed, cookies, key, ...answered } = await (operation.timeouts === "batch"
      ? work()
      : withinDeadline(sinceArrival(request.headers), work));
    if (answered.body instanceof ReadableStream) return { ...sendStream(answered.body), cookies };
    const { etag = false, file, text } = operation;
    return { ...sendBody(request, answered, { etag, file, text, replayed, key }), cookies };
  });
}

async function answerOf(
  edge: Edge,
  operation: Operation,
  params: PathParams,
  { requestLog, identified }: Around,
): Promise<Performed & { cookies: string[] }> {
  const { known, request } = await callerOf(edge.request, operation);
  identified(known.actor);
  try {
    return await answerFor(known, { ...edge, request }, operation, params, requestLog);
  } catch (error) {
    await auditRefusal(database("request"), known, `${edge.method} /api${edge.path}`, error);
    throw error;
  }
}

async function answerFor(
  known: Identified,
  edge: Edge,
  operation: Operation,
  params: PathParams,
  requestLog: Logger,
): Promise<Performed & { cookies: string[] }> {
  const { method, path, request } = edge;
  const { actor } = known;
  mustBeAllowed(known, operation.who, request);
  mustHaveScope(known, scopesOf(method, path, operation));
  const defaults = deskOf(actor, operation);
  const most = operation.who.includes("anyone") ? MAX_BYTES.stranger : MAX_BYTES.caller;
  const firm = {
    ...params,
    ...heardOf(request, operation),
    ...addressOf(request, actor),
    ...ownKey(request, operation),
  };
  const form = actor.kind === "twilio";
  const input = await readInput(request, firm, operation.input, { defaults, most, form });
  mustBeOwnDesk(actor, input);
  mustBeOwnConversation(actor, input);
  // What is not counted must answer while the database is away.
  const limits = operation.uncounted ? undefined : await currentLimits(database("request"));
  const traceparent = request.headers.get("traceparent");
  const ctx = { ...readCtx(actor, operation.timeouts ?? "request", requestLog, limits), traceparent };
  const cookies = [...known.cookies];
  const setCookies = (from: Headers) => void cookies.push(...from.getSetCookie());
  const { headers } = request;
  const performed = await perform(operation, edge, ctx, input, {
    browser: { headers, address: clientAddress(headers), setCookies },
    asked: { request, mustHaveScope: (scope) => mustHaveScope(known, [scope]) },
  });
  return { ...performed, cookies };
}

/** Who asks, counted. What is for anyone looks at no credentials; of a web hook the very bytes are looked at, once. */
async function callerOf(
  request: Request,
  { who, uncounted, stream }: Operation,
): Promise<{ known: Identified; request: Request }> {
  if (uncounted) return { known: { actor: { kind: "anyone" }, cookies: [], admission: null }, request };
  const db = database("request");
  if (who.includes("anyone")) return { known: await identifyNobody(db, request), request };
  const reader = stream && wantsStream(request.headers) ? await identifyStreamReader(db, request) : null;
  if (reader) return { known: reader, request };
  if (!SENDERS.some((sender) => who.includes(sender))) return { known: await identify(db, request), request };
  const body = await readBytes(request, MAX_BYTES.caller);
  const again = new Request(request.url, { method: request.method, headers: request.headers, body: Buffer.from(body) });
  return { known: await identifySender(db, who, request, body), request: again };
}

/** One of these an API key must be for to use a route: unless it says so itself, `callbacks:read` for every GET below `/callbacks`. */
export function scopesOf(
  method: string,
  path: string,
  { scopes }: { scopes?: readonly string[] | undefined },
): readonly string[] {
  return scopes ?? [`${path.split("/")[1]}:${method === "GET" || method === "HEAD" ? "read" : "write"}`];
}

/** An agent need not name the own desk. */
function deskOf(actor: Actor, { input }: Operation): { agentId?: string } {
  const hasDesk = input instanceof z.ZodObject && "agentId" in input.shape;
  return actor.kind === "agent" && hasDesk ? { agentId: String(actor.agentId) } : {};
}

/**
 * A reader that opens a stream again says what it has heard last; what is no id of an event counts as nothing heard. It
 * is newer than what the address says, which stays the same as long as a browser opens the stream by itself.
 */
function heardOf({ headers }: Request, { stream }: Operation): { after?: string } {
  const last = headers.get("last-event-id");
  return stream && last !== null && /^\d{1,18}$/.test(last) ? { after: last } : {};
}

/** Of a web hook the address chooses the secret that it must be signed with, so the body changes nothing in it. */
function addressOf({ url }: Request, { kind }: Actor): Record<string, string> {
  return SENDERS.some((sender) => sender === kind) ? Object.fromEntries(new URL(url).searchParams) : {};
}

function ownKey({ headers }: Request, { once }: Operation): { idempotencyKey?: string } {
  const key = once === "own" ? idempotencyKey(headers) : undefined;
  return key === undefined ? {} : { idempotencyKey: key };
}

function mustBeOwnDesk(actor: Actor, input: unknown): void {
  if (actor.kind !== "agent") return;
  const { agentId = actor.agentId } = input as { agentId?: number };
  if (agentId !== actor.agentId) throw new Refusal("forbidden", "This is the desk of another agent; use your own.");
}

function mustBeOwnConversation(actor: Actor, input: unknown): void {
  if (actor.kind !== "holder" || (input as { conversationId: string }).conversationId === actor.conversationId) return;
  throw new Refusal("forbidden", "This token is for another conversation.");
}

/** `key`: the one under which it was done. */
type Performed = Answered & { replayed: boolean; key?: string };

async function perform(
  operation: Operation,
  { method, path, request }: Edge,
  reader: ReadCtx,
  input: unknown,
  { browser, asked }: { browser: Browser; asked: Asked },
): Promise<Performed> {
  const { read, run, browse, speak } = operation;
  if (read) return { ...answeredWith(operation, await read(reader, input)), replayed: false };
  const isKept = hasKey(method, operation) && operation.once !== "own";
  const key = isKept ? idempotencyKey(request.headers) : undefined;
  // On the impatient handle, so that a cron too notices within seconds that the database is frozen.
  const ctx: Ctx = { ...reader, now: await readClock(database("request")) };
  if (browse) mustNotBeForeign(request);
  if (browse) return { ...answeredWith(operation, await browse(ctx, input, browser)), replayed: false };
  if (speak) return { ...(await speak(ctx, input, asked)), replayed: false };
  if (operation.stream && wantsStream(request.headers)) return openStream(operation, ctx, input, request);
  const work = async (within: Ctx) => answeredWith(operation, await run!(within, input));
  if (key === undefined) {
    const answered = await work(ctx);
    return { ...answered, replayed: operation.isReplay?.(answered.body) ?? false };
  }
  const scope = `${method} ${path} ${describeActor(ctx.actor)}`;
  const action = actionOf(request.headers, `${method} ${path}`);
  return { ...(await answerOnce(ctx, { scope, key, input, action }, work)), key };
}

function openStream({ stream }: Operation, ctx: Ctx, input: unknown, request: Request): Performed {
  const onFault = (error: unknown) => ctx.log.error({ fault: faultForLog(error) }, "a stream broke off");
  const body = streamOf((signal) => stream!(ctx, input, signal), request, onFault);
  return { status: 200, body, replayed: false };
}

/** Every POST takes an Idempotency-Key, but for those that hand out something once: cookies, a secret; and a PUT that says so. */
export function hasKey(method: string, { who, run, once }: Operation): boolean {
  return (method === "POST" || once === true) && run !== undefined && once !== false && !who.includes("anyone");
}

function answeredWith({ status = 200, location, isDown, isRepeat }: Operation, body: unknown): Answered {
  const sent = isDown?.(body) ? 503 : isRepeat?.(body) ? 200 : status;
  return { status: sent, body, location: location?.(body) };
}
