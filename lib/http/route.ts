import type { z } from "zod";
import { readClock } from "#lib/clock";
import { type Ctx, describeActor, type ReadCtx } from "#lib/context";
import type { Patience } from "#lib/db";
import type { Code } from "#lib/errors";
import { type ActorOf, authenticate, type Who } from "#lib/http/authenticate";
import { type Edge, type Sent, sendBody, serve, withinDeadline } from "#lib/http/edge";
import { database, readCtx } from "#lib/http/process";
import { type Answered, answerOnce, idempotencyKey } from "#lib/http/repeat";
import { type PathParams, readInput } from "#lib/http/request-input";

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
  /** Codes of the operation's own refusals; those of the edge itself need no mention. */
  refuses?: readonly Code[];
  /** Answers that carry their address in `Location`. */
  location?: (answer: z.input<A>) => string;
  /** Sends a weak ETag, and 304 without a body to who has this answer already. */
  etag?: boolean;
  /** An answer that means "not working": sent as it is, with 503. */
  isDown?: (answer: z.input<A>) => boolean;
  /** `batch` has no deadline and a patient database handle. */
  patience?: Patience;
};

/** `read` is for reads of one statement, which look at the clock themselves; everything else is `run`. */
type Work<W extends Who, I extends z.ZodType, A extends z.ZodType> =
  | { read: (ctx: ReadCtx<ActorOf<W>>, input: z.output<I>) => Promise<z.input<A>>; run?: never }
  | { run: (ctx: Ctx<ActorOf<W>>, input: z.output<I>) => Promise<z.input<A>>; read?: never };

/** A route without its types: what `methods` serves and the API document shows. */
export type Operation = Described<z.ZodType, z.ZodType> & {
  who: Who;
  read?: (ctx: ReadCtx, input: unknown) => Promise<unknown>;
  run?: (ctx: Ctx, input: unknown) => Promise<unknown>;
};

/** One operation of one route: who may call it, what it takes, what it answers, and the function that does it. */
export function route<W extends Who, I extends z.ZodType, A extends z.ZodType>(
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
    if (operation) return [method, (request, { params }) => handle({ path, method, request }, operation, params)];
    return [method, (request) => serve({ path, method, request }, async () => refuseMethod(request, allow))];
  });
  return Object.fromEntries(
    handlers.map(([method, handler]) => [method, Object.assign(handler, { path, operations })]),
  ) as Handlers;
}

/** The header that carries a method Next itself cannot serve, such as TRACE; such a request comes as OPTIONS. */
export const NO_SUCH_METHOD = "x-no-such-method";

function refuseMethod(request: Request, allow: string): Sent {
  const method = request.headers.get(NO_SUCH_METHOD) ?? request.method;
  if (method === "OPTIONS") return { status: 204, headers: { allow } };
  const detail = `${method} does nothing here; this route knows ${allow}.`;
  return { problem: { status: 405, code: "method_not_allowed", detail }, headers: { allow } };
}

function handle(edge: Edge, operation: Operation, params: Promise<PathParams>): Promise<Response> {
  return serve(edge, async (request, { requestLog, identified }) => {
    const actor = authenticate(request.headers, operation.who);
    identified(actor);
    const input = await readInput(request, await params, operation.input);
    const ctx = readCtx(actor, operation.patience ?? "request", requestLog);
    const work = perform(operation, edge, ctx, input);
    const { replayed, ...answered } = await (operation.patience === "batch" ? work : withinDeadline(work));
    return sendBody(request, answered, { etag: operation.etag === true, replayed });
  });
}

async function perform(
  operation: Operation,
  { method, path, request }: Edge,
  reader: ReadCtx,
  input: unknown,
): Promise<Answered & { replayed: boolean }> {
  const { read, run } = operation;
  if (read) return { ...answeredWith(operation, await read(reader, input)), replayed: false };
  const key = method === "POST" && reader.actor.kind === "service" ? idempotencyKey(request.headers) : undefined;
  // On the impatient handle, so that a cron too notices within seconds that the database is frozen.
  const ctx: Ctx = { ...reader, now: await readClock(database("request")) };
  const work = async (within: Ctx) => answeredWith(operation, await run!(within, input));
  if (key === undefined) return { ...(await work(ctx)), replayed: false };
  const scope = `${method} ${path} ${describeActor(ctx.actor)}`;
  return answerOnce(ctx, { scope, key, input }, work);
}

function answeredWith({ status = 200, location, isDown }: Operation, body: unknown): Answered {
  return { status: isDown?.(body) ? 503 : status, body, location: location?.(body) };
}
