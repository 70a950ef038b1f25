/** An endpoint, one request to it, and the reply. `lib/http/endpoint.ts` goes from one to the other. */
import type { z } from "zod";
import type { Actor, ReadCtx } from "#lib/base/context";
import type { Code } from "#lib/base/errors";
import type { Logger } from "#lib/base/log";
import type { Authenticated, Who } from "#lib/http/caller";
import type { Problem } from "#lib/http/problem";

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
  /** It reads or writes a thousand times as much as a poll, so one is worked on at a time. */
  isBulk?: boolean;
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

/** The variable parts of an address, by the names in the route's path. */
export type PathParams = Record<string, string | string[] | undefined>;

/** A route's handler of one method, as its file exports it. */
export type Handler = (request: Request, context: { params: Promise<PathParams> }) => Promise<Response>;

/** A rendered body, or a problem. */
export type Reply = Readonly<
  { headers?: Readonly<Record<string, string>>; cookies?: readonly string[] } & (
    | { status: number; body?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> }
    | { problem: Problem; fault?: unknown }
  )
>;
