/** The API as the screens use it. Runs in the browser; the cookie of the signed-in person goes along by itself. */

import { ACCOUNT_HEADER } from "#lib/identity/account-header";
import { DONE_AT_HEADER, FORMAT_HEADER } from "#lib/action-headers";
import { serverNow } from "#lib/browser/clock";
import { retryAfterSeconds } from "#lib/outbound/retry-after";

type Sentence = { code: string; detail: string };

/** An answer other than the one asked for: a sentence for people, a code for programs. */
export class Problem extends Error {
  readonly code: string;
  /** How long the server asks to be left alone, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor({ code, detail }: Sentence, retryAfterMs?: number) {
    super(detail);
    this.name = "Problem";
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

type Write = "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * Asks the API: `ask("POST /keys", { name, scopes })`. Throws a Problem for everything but a good answer. `mustRepeat`: the
 * key that a good answer repeats.
 */
export async function ask<A>(
  request: `${"GET" | Write} /${string}`,
  body?: object,
  headers: Record<string, string> = {},
  mustRepeat?: string,
): Promise<A> {
  const [method = "GET", path = ""] = request.split(" ");
  const answer = await sent(`/api${path}`, {
    method,
    headers: { ...headers, ...(body && { "content-type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (answer.ok && mustRepeat !== undefined && answer.headers.get("idempotency-key") !== mustRepeat)
    throw new Problem(OFFLINE);
  return read<A>(answer);
}

/**
 * Sends a change that was made at `doneAt` (milliseconds since 1970), perhaps long ago, under its `id`: the server applies it exactly
 * once. Only an answer that repeats the id is believed; any other 200, such as that of a captive portal, counts as `offline`.
 */
export async function submit<A>(
  request: `${Write} /${string}`,
  body: object,
  { id, doneAt }: { id: string; doneAt: number },
): Promise<A> {
  const headers = {
    "idempotency-key": id,
    [FORMAT_HEADER]: "1",
    [DONE_AT_HEADER]: new Date(doneAt).toISOString(),
  };
  return ask<A>(request, body, headers, id);
}

/** After one of these the caller cannot know whether the server has applied the request. */
const UNANSWERED = ["offline", "unreadable", "unavailable", "internal", "key_in_use"];
/** Delays in milliseconds before the automatic retries. */
const AGAIN_AFTER_MS = { codes: ["offline", "key_in_use"], pauses: [500, 1_500] };
/** A press without an answer that is made again within this time is still the same press. */
const SAME_PRESS_MS = 60_000;

const unanswered = new Map<string, { key: string; until: number }>();

/**
 * `ask` for a press of a button: one action, however often it has to be sent. It carries an `Idempotency-Key`; while its
 * answer is under way or was lost, the same request goes out under the same key, so that the server does it once. A
 * press that had its answer and is made again is another one. `known` is a key that it has already.
 */
export async function press<A>(request: `${Write} /${string}`, body?: object, known?: string): Promise<A> {
  const what = JSON.stringify([request, body]);
  const key = known ?? keyOf(what);
  for (let sent = 0; ; sent += 1) {
    try {
      const answer = await ask<A>(request, body, { "idempotency-key": key });
      unanswered.delete(what);
      return answer;
    } catch (error) {
      const { code } = error as Problem;
      if (!UNANSWERED.includes(code)) unanswered.delete(what);
      const pause = AGAIN_AFTER_MS.codes.includes(code) ? AGAIN_AFTER_MS.pauses[sent] : undefined;
      if (pause === undefined) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

function keyOf(what: string): string {
  const before = unanswered.get(what);
  const isSame = before !== undefined && performance.now() < before.until;
  const key = isSame ? before.key : freshKey();
  unanswered.set(what, { key, until: performance.now() + SAME_PRESS_MS });
  return key;
}

/** A key that nobody else makes. `crypto.randomUUID` is missing where a desk is reached without TLS. */
export function freshKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

let accountId: string | null = null;

/**
 * Whose page this is. Every request says it, and the server refuses `another_person` when somebody else has signed in
 * in this browser since.
 */
export function belongTo(person: string | null): void {
  accountId = person;
}

/** The account this page was opened for, or null when nobody is signed in. */
export const pageOwner = (): string | null => accountId;

async function read<A>(response: Response): Promise<A> {
  const said: unknown = await response.json().catch(() => undefined);
  if (response.ok && said !== undefined) return said as A;
  const seconds = retryAfterSeconds(response.headers.get("retry-after"), new Date(serverNow()));
  throw new Problem(isSentence(said) ? said : UNREADABLE, seconds === undefined ? undefined : seconds * 1_000);
}

const known = new Map<string, { tag: string; answer: unknown }>();

/** `ask` for a GET that is asked again and again: while nothing has changed, the very answer of before. */
export async function poll<A>(path: `/${string}`): Promise<A> {
  const before = known.get(path);
  const response = await sent(`/api${path}`, { headers: before ? { "if-none-match": before.tag } : {} });
  if (response.status === 304 && before) return before.answer as A;
  const answer = await read<A>(response);
  const tag = response.headers.get("etag");
  if (tag) known.set(path, { tag, answer });
  return answer;
}

async function sent(url: string, init: RequestInit): Promise<Response> {
  try {
    const headers = { ...init.headers, ...(accountId && { [ACCOUNT_HEADER]: accountId }) };
    return await fetch(url, { ...init, headers });
  } catch {
    throw new Problem(OFFLINE);
  }
}

const OFFLINE = { code: "offline", detail: "Ringback cannot be reached. Check the connection, then try again." };
const UNREADABLE = { code: "unreadable", detail: "The answer could not be read. Try again in a moment." };

function isSentence(said: unknown): said is Sentence {
  return typeof said === "object" && said !== null && "detail" in said && "code" in said;
}

/** A query string of what is given; empty values are left out. */
export function queryOf(values: Record<string, string | number | null | undefined>): string {
  const given = Object.entries(values).flatMap(([name, value]) => (value ? [[name, String(value)]] : []));
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
}
