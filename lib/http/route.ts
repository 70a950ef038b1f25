import { z } from "zod";
import type { Sender } from "#declared";
import { readClock } from "#lib/time/clock";
import { type Until, untilAfter } from "#lib/time/until";
import { type Actor, type Browser, type Ctx, describeActor, type ReadCtx, type ServerEvent } from "#lib/base/context";
import { type Code, Refusal } from "#lib/base/errors";
import { isLockTimeout } from "#lib/database/error";
import { actionOf } from "#lib/http/action";
import { clientAddress } from "#lib/http/address";
import { mustHaveScope } from "#lib/http/authenticate";
import type { Call, Endpoint, Handler, Reply } from "#lib/http/call";
import type { ActorOf, Who } from "#lib/http/caller";
import { allowOrigin } from "#lib/http/cross-origin";
import { beginCall, serve } from "#lib/http/endpoint";
import { type GraphqlAnswer, graphqlAnswer, type GraphqlRequest } from "#lib/http/graphql";
import { faultForLog, problemHeaders } from "#lib/http/problem";
import { database } from "#lib/http/process";
import {
  jsonReply,
  refusalReply,
  type Rendered,
  renderedReply,
  renderOnce,
  respond,
  streamReply,
  taggedReply,
} from "#lib/http/reply";
import { type Answer, answerOnce, idempotencyKey } from "#lib/http/repeat";
import { MAX_BYTES } from "#lib/http/request-input";
import { mustNotBeForeign } from "#lib/http/same-origin";
import { streamOf, wantsStream } from "#lib/http/stream";
import { ORIGINAL_METHOD } from "#lib/http/unknown";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
export type Method = (typeof METHODS)[number];
export type Operations = Partial<Record<"GET" | "POST" | "PUT" | "PATCH" | "DELETE", Endpoint>>;
type Handlers = Record<Method, Handler & { path?: string; operations?: Operations }>;

/**
 * The exports of a route file: its endpoints, and for every other method a 405 that names the existing ones. `path` is the place
 * of the file, written as `/agents/:agentId/session`. A GET that only reads answers HEAD as well.
 */
export function methods(path: string, operations: Operations): Handlers {
  const { GET } = operations;
  const served: Partial<Record<Method, Endpoint>> = { ...operations, ...(GET && onlyReads(GET) && { HEAD: GET }) };
  const allow = METHODS.filter((method) => served[method]).join(", ");
  const handlers = METHODS.map((method): [Method, Handler] => {
    const handler = handlerOf(path, method, served[method], allow);
    if (!isForSubscribers(operations)) return [method, handler];
    return [method, async (request, context) => allowOrigin(request, await handler(request, context), allow)];
  });
  return Object.fromEntries(
    handlers.map(([method, handler]) => [method, Object.assign(handler, { path, operations })]),
  ) as Handlers;
}

function handlerOf(path: string, method: Method, endpoint: Endpoint | undefined, allow: string): Handler {
  if (!endpoint) return async (request) => respond(beginCall(request, method, path), wrongMethod(request, allow));
  const maxBytes = endpoint.who.includes("anyone") ? MAX_BYTES.stranger : MAX_BYTES.caller;
  return (request, { params }) => serve(endpoint, beginCall(request, method, path, maxBytes), params);
}

/** Whether subscribers of a conversation use these operations from a page of another origin. */
function isForSubscribers(operations: Operations): boolean {
  return Object.values(operations).some(({ who }) => who.includes("subscriber"));
}

function wrongMethod(request: Request, allow: string): Reply {
  const method = request.headers.get(ORIGINAL_METHOD) ?? request.method;
  if (method === "OPTIONS") return { status: 204, headers: { allow } };
  const detail = `${method} does nothing here; this route knows ${allow}.`;
  return refusalReply(405, "method_not_allowed", detail, { allow });
}

/** Whether the endpoint writes nothing, so that HEAD is answered as well. */
export function onlyReads({ kind }: Endpoint): boolean {
  return kind === "query" || kind === "download" || kind === "probe";
}

/** The fields that endpoints of every kind have; `Endpoint` describes them. */
type Described<W extends Who, I extends z.ZodType, A extends z.ZodType> = {
  who: W;
  summary: string;
  input: I;
  answer: A;
  refuses?: readonly Code[];
  defaults?: (actor: Actor) => Record<string, unknown>;
  guard?: (actor: Actor, input: unknown) => void;
};
type Run<W extends Who, I extends z.ZodType, A extends z.ZodType> = (
  ctx: Ctx<ActorOf<W>>,
  input: z.output<I>,
) => Promise<z.input<A>>;
type Read<W extends Who, I extends z.ZodType, A extends z.ZodType> = (
  ctx: ReadCtx<ActorOf<W>>,
  input: z.output<I>,
) => Promise<z.input<A>>;

const JSON_TYPE = "application/json";
const nothing = z.strictObject({});

/**
 * A read. `read` is one statement, which reads the clock itself; `readNow` is several, at one instant. With `etag` a caller who
 * has the answer already gets 304. With `type` the answer is a text of that media type.
 */
export function query<const W extends Who, I extends z.ZodType, A extends z.ZodType>({
  etag = false,
  type = JSON_TYPE,
  ...described
}: Described<W, I, A> & { etag?: boolean; type?: string } & (
    | { read: Read<W, I, A> }
    | { readNow: Run<W, I, A> }
  )): Endpoint {
  return made<W, I>({ kind: "query", etag, type, ...described }, async (reader, input, { request }) => {
    const answer =
      "read" in described
        ? await described.read(reader, input)
        : await described.readNow(await withClock(reader), input);
    if (etag) return taggedReply(request, answer);
    return type === JSON_TYPE ? jsonReply(200, answer) : textReply(type, String(answer));
  });
}

/** A read that depends on the browser, such as which of the sessions of an account is its own. */
export function browserQuery<const W extends Who, I extends z.ZodType, A extends z.ZodType>({
  read,
  ...described
}: Described<W, I, A> & {
  read: (ctx: ReadCtx<ActorOf<W>>, input: z.output<I>, headers: Headers) => Promise<z.input<A>>;
}): Endpoint {
  return made<W, I>({ kind: "query", ...described }, async (reader, input, { request }) =>
    jsonReply(200, await read(reader, input, request.headers)),
  );
}

/**
 * A document for anyone that stays the same as long as the process lives. It is rendered once, because that takes as long as many
 * polls of a desk. A caller who has it already gets 304.
 */
export function document<A extends z.ZodType>({
  read,
  ...described
}: {
  summary: string;
  answer: A;
  read: () => Promise<z.input<A>>;
}): Endpoint {
  let rendered: Promise<Rendered> | undefined;
  const endpoint = { kind: "query", etag: true, who: ["anyone"], input: nothing, ...described } as const;
  return made(endpoint, async (_reader, _input, { request }) => {
    rendered ??= read().then(renderOnce);
    return renderedReply(request, await rendered);
  });
}

/** A file for a spreadsheet; one is made at a time. */
export function download<const W extends Who, I extends z.ZodType>({
  filename,
  type,
  read,
  ...described
}: Omit<Described<W, I, z.ZodString>, "answer"> & {
  filename: string;
  type: string;
  read: Read<W, I, z.ZodString>;
}): Endpoint {
  const headers = { "content-disposition": `attachment; filename="${filename}"` };
  return made<W, I>({ kind: "download", isBulk: true, type, answer: z.string(), ...described }, async (reader, input) =>
    textReply(type, await read(reader, input), headers),
  );
}

/**
 * Whether this instance works, for anyone and uncounted, also while the database is away: 503 with the answer when it does not.
 */
export function probe<A extends z.ZodType<{ ok: boolean }, { ok: boolean }>>({
  read,
  ...described
}: {
  summary: string;
  answer: A;
  read: (ctx: ReadCtx) => Promise<z.input<A>>;
}): Endpoint {
  return made({ kind: "probe", who: ["anyone"], input: nothing, ...described }, async (reader) => {
    const answer = await read(reader);
    return answer.ok ? jsonReply(200, answer) : jsonReply(503, answer, problemHeaders(503));
  });
}

/**
 * A change. Every POST takes an Idempotency-Key: a repeat gets the first answer, and changes nothing. `once: false` is for an
 * answer that is shown once, such as a secret, or that needs no key; `true` for a PUT that takes one; `"own"` for an operation
 * that keeps its keys itself, and gets the header's as `idempotencyKey` of its input. An answer with `isNew: false` created
 * nothing, so its status is 200; one with `isReplay: true` is marked as a repeat. `location` gives the address of a created
 * resource. With `isBulk` one is worked on at a time.
 */
export function command<const W extends Who, I extends z.ZodType, A extends z.ZodType>({
  run,
  once,
  ...described
}: Described<W, I, A> & {
  run: Run<W, I, A>;
  status?: 200 | 201 | 202;
  location?: (answer: z.input<A>) => string;
  once?: boolean | "own";
  isBulk?: boolean;
}): Endpoint {
  const { status = 200, location } = described;
  const fields = once === "own" ? keyOf : () => ({});
  const endpoint = { kind: "command", fields, ...(once !== undefined && { once }), ...described } as const;
  const work = async (ctx: Ctx<ActorOf<W>>, input: z.output<I>): Promise<Answer> => {
    const body = await run(ctx, input);
    return { status: flag(body, "isNew") === false ? 200 : status, body, location: location?.(body) };
  };
  return made<W, I>(endpoint, async (reader, input, { request, method, path }) => {
    const ctx = await withClock(reader);
    const key = once !== "own" && takesKey(method, endpoint) ? idempotencyKey(request.headers) : undefined;
    if (key === undefined) {
      const answer = await work(ctx, input);
      return answerReply(answer, flag(answer.body, "isReplay") === true ? REPLAYED : {});
    }
    const scope = `${method} ${path} ${describeActor(ctx.actor)}`;
    const action = actionOf(request.headers, `${method} ${path}`);
    const { replayed, ...answer } = await answerOnce(ctx, { scope, key, input, action }, (tx) => work(tx, input));
    // The answer repeats the key, so that a foreign answer cannot be taken for it.
    return answerReply(answer, { ...(replayed && REPLAYED), "idempotency-key": key });
  });
}

/** Whether this endpoint takes an Idempotency-Key. */
export function takesKey(method: string, { kind, once }: Pick<Endpoint, "kind" | "once">): boolean {
  return kind === "command" && (once ?? method === "POST") !== false;
}

/** Sign-in and sign-out: reads the headers of a browser and sets cookies. Refused for pages of another origin. */
export function browserCommand<const W extends Who, I extends z.ZodType, A extends z.ZodType>({
  run,
  ...described
}: Described<W, I, A> & {
  run: (ctx: Ctx<ActorOf<W>>, input: z.output<I>, browser: Browser) => Promise<z.input<A>>;
}): Endpoint {
  return made<W, I>({ kind: "browser", ...described }, async (reader, input, { request }) => {
    const { headers } = request;
    const ctx = await withClock(reader);
    mustNotBeForeign(request);
    const cookies: string[] = [];
    const setCookies = (from: Headers) => void cookies.push(...from.getSetCookie());
    const answer = await run(ctx, input, { headers, address: clientAddress(headers), setCookies });
    return { ...jsonReply(200, answer), cookies };
  });
}

/**
 * A webhook, whose sender signs the bytes of the body. The address chooses the secret, so the body cannot override the fields of
 * the address. With `type` the answer is a text of that media type.
 */
export function webhook<const S extends Sender, I extends z.ZodType, A extends z.ZodType>({
  sender,
  type = JSON_TYPE,
  run,
  ...described
}: Omit<Described<readonly [S], I, A>, "who"> & {
  sender: S;
  type?: string;
  run: Run<readonly [S], I, A>;
}): Endpoint {
  const fields = ({ url }: Request) => Object.fromEntries(new URL(url).searchParams);
  const endpoint = { kind: "webhook", who: [sender] as const, type, fields, ...described } as const;
  return made<readonly [S], I>(endpoint, async (reader, input) => {
    const answer = await repeatable(withClock(reader).then((ctx) => run(ctx, input)));
    return type === JSON_TYPE ? jsonReply(200, answer) : textReply(type, String(answer));
  });
}

/** A sender repeats what got a 5xx, and gives up what got a 4xx: a lock that others held for too long is no fault of the event. */
async function repeatable<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!isLockTimeout(error)) throw error;
    throw new Refusal("unavailable", "Others are changing this right now; nothing was written. Send it again.");
  }
}

/**
 * The time budget of every cron, in milliseconds, within the minute of a function (`maxDuration`): after `stopMs` it begins no
 * further work, after `endMs` it aborts the work under way.
 */
const CRON_BUDGET = { stopMs: 40_000, endMs: 50_000 };

/**
 * A GET with the cron secret, without a deadline, on a database handle with long timeouts. `until` is its time budget: the next
 * run does the rest.
 */
export function cron<A extends z.ZodType>({
  run,
  ...described
}: {
  summary: string;
  answer: A;
  refuses?: readonly Code[];
  run: (ctx: Ctx<ActorOf<readonly ["cron"]>>, until: Until) => Promise<z.input<A>>;
}): Endpoint {
  const endpoint = { kind: "cron", who: ["cron"] as const, input: nothing, ...described } as const;
  return made<readonly ["cron"], typeof nothing>(endpoint, async (reader) =>
    jsonReply(200, await run(await withClock(reader), untilAfter(CRON_BUDGET))),
  );
}

/**
 * The same data as one answer, `poll`, or as server-sent events, for a reader who accepts `text/event-stream`. A reader that
 * opens a stream again sends the last id it received in `Last-Event-ID`, which becomes `after`. The header is newer than the
 * address, which stays the same while a browser reconnects; a malformed id counts as none.
 */
export function stream<const W extends Who, I extends z.ZodType, A extends z.ZodType>({
  poll,
  events,
  ...described
}: Described<W, I, A> & {
  poll: Run<W, I, A>;
  events: (ctx: Ctx<ActorOf<W>>, input: z.output<I>, signal: AbortSignal) => AsyncGenerator<ServerEvent>;
}): Endpoint {
  return made<W, I>({ kind: "stream", fields: lastEventOf, ...described }, async (reader, input, { request, log }) => {
    const ctx = await withClock(reader);
    if (!wantsStream(request.headers)) return jsonReply(200, await poll(ctx, input));
    const onFault = (error: unknown) => log.error({ fault: faultForLog(error) }, "a stream broke off");
    return streamReply(streamOf((signal) => events(ctx, input, signal), request, onFault));
  });
}

/** GraphQL over HTTP, which decides status and media type itself, and the scope once it has read the operation. */
export function graphql<const W extends Who, I extends z.ZodType>({
  run,
  ...described
}: Omit<Described<W, I, typeof graphqlAnswer>, "answer"> & {
  scopes: readonly string[];
  run: (ctx: Ctx<ActorOf<W>>, input: z.output<I>, request: GraphqlRequest) => Promise<GraphqlAnswer>;
}): Endpoint {
  const endpoint = { kind: "graphql", answer: graphqlAnswer, ...described } as const;
  return made<W, I>(endpoint, async (reader, input, { request, caller }) => {
    const asked = { request, mustHaveScope: (scope: string) => mustHaveScope(caller, [scope]) };
    const { status, type, body } = await run(await withClock(reader), input, asked);
    return jsonReply(status, body, { "content-type": type });
  });
}

type Made = Omit<Endpoint, "status" | "type" | "refuses" | "perform" | "location"> &
  Partial<Pick<Endpoint, "status" | "type" | "refuses">> & { location?: unknown };

/**
 * The one place that erases the types of actor and input: the caller is authorized for `who`, and the input is parsed with
 * `input`.
 */
function made<W extends Who, I extends z.ZodType>(
  described: Made,
  perform: (ctx: ReadCtx<ActorOf<W>>, input: z.output<I>, call: Call) => Promise<Reply>,
): Endpoint {
  return { status: 200, type: JSON_TYPE, refuses: [], ...described, perform } as Endpoint;
}

/** Reads the one instant of a request, with short timeouts, so that a cron soon notices a frozen database. */
async function withClock<A extends Actor>(reader: ReadCtx<A>): Promise<Ctx<A>> {
  return { ...reader, now: await readClock(database("request")) };
}

const REPLAYED = { "idempotency-replayed": "true" };

function answerReply({ status, body, location }: Answer, headers: Record<string, string>): Reply {
  return jsonReply(status, body, { ...headers, ...(location !== undefined && { location }) });
}

function textReply(type: string, body: string, headers: Record<string, string> = {}): Reply {
  return { status: 200, body, headers: { "content-type": type, ...headers } };
}

function flag(answer: unknown, name: "isNew" | "isReplay"): unknown {
  return (answer as Partial<Record<string, unknown>> | null)?.[name];
}

function keyOf({ headers }: Request): { idempotencyKey?: string } {
  const key = idempotencyKey(headers);
  return key === undefined ? {} : { idempotencyKey: key };
}

function lastEventOf({ headers }: Request): { after?: string } {
  const last = headers.get("last-event-id");
  return last !== null && /^\d{1,18}$/.test(last) ? { after: last } : {};
}
