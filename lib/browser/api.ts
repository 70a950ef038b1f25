/** The API as the screens use it. Runs in the browser, which sends the cookie of the signed-in person by itself. */

import { ACCOUNT_HEADER } from "#lib/identity/account-header";
import { DONE_AT_HEADER, FORMAT_HEADER } from "#lib/action-headers";
import { serverNow } from "#lib/browser/clock";
import { retryAfterSeconds } from "#lib/outbound/retry-after";

type Sentence = { code: string; detail: string };

/** An error answer: a sentence for people, a code for programs. */
export class Problem extends Error {
  readonly code: string;
  /** The milliseconds after which the server accepts another request. */
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
 * Sends a request to the API: `ask("POST /keys", { name, scopes })`. Throws a Problem for every answer that is no success.
 * `mustRepeat`: the key that a genuine answer repeats.
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
 * Sends a change that was made at `doneAt` (milliseconds since 1970), perhaps long ago, under its `id`: the server applies it
 * exactly once. Only an answer that repeats the id is accepted; any other 200, such as that of a captive portal, counts as
 * `offline`.
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
const UNANSWERED = ["offline", "unavailable", "internal", "key_in_use"];
/** Delays in milliseconds before the automatic retries. */
const AGAIN_AFTER_MS = { codes: ["offline", "key_in_use"], pauses: [500, 1_500] };
/** The same press without an answer within this time is a repeat, not a new press. */
const SAME_PRESS_MS = 60_000;

const unanswered = new Map<string, { key: string; until: number }>();

/**
 * Sends the request of one press of a button, however often it must be sent. It carries an `Idempotency-Key`; while its answer is
 * missing, the same request goes out under the same key, so that the server does it once. After an answer, another press gets
 * another key. `known` is a key that the press has already.
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

/** A unique key. `crypto.randomUUID` is missing in a page that was reached without TLS. */
export function freshKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

let accountId: string | null = null;

/**
 * Sets the person to whom this page belongs. Every request says it, and the server refuses `another_person` when another person
 * has signed in in this browser since.
 */
export function belongTo(person: string | null): void {
  accountId = person;
}

/** The account for which this page was opened, or null when nobody was signed in. */
export const pageOwner = (): string | null => accountId;

async function read<A>(response: Response): Promise<A> {
  const said: unknown = await response.json().catch(() => undefined);
  if (response.ok && said !== undefined) return said as A;
  const seconds = retryAfterSeconds(response.headers.get("retry-after"), new Date(serverNow()));
  throw new Problem(isSentence(said) ? said : OFFLINE, seconds === undefined ? undefined : seconds * 1_000);
}

const known = new Map<string, { tag: string; answer: unknown }>();

/** Sends a GET that is polled: while the answer is unchanged, the very object of before is returned. */
export async function poll<A>(path: `/${string}`): Promise<A> {
  const before = known.get(path);
  const response = await sent(`/api${path}`, { headers: before ? { "if-none-match": before.tag } : {} });
  if (response.status === 304 && before) return before.answer as A;
  const answer = await read<A>(response);
  const tag = response.headers.get("etag");
  if (tag) known.set(path, { tag, answer });
  return answer;
}

const reached = new Set<() => void>();
let isLost = false;

/** Calls `listener` at the first answer over the network after a request that got none. Returns the function that stops it. */
export function onReached(listener: () => void): () => void {
  reached.add(listener);
  return () => reached.delete(listener);
}

let answeredRequestAt = Number.NEGATIVE_INFINITY;

/**
 * When the latest request that was answered over the network was sent, on the clock of `performance.now()`. What a page reads out
 * of its own browser is no request.
 */
export function lastAnsweredRequest(): number {
  return answeredRequestAt;
}

async function sent(url: string, init: RequestInit): Promise<Response> {
  const headers = { ...init.headers, ...(accountId && { [ACCOUNT_HEADER]: accountId }) };
  const sentAt = performance.now();
  const answer = await fetch(url, { ...init, headers }).catch(() => null);
  if (answer && isOurs(answer)) {
    answeredRequestAt = Math.max(answeredRequestAt, sentAt);
    if (isLost) {
      isLost = false;
      for (const listener of reached) listener();
    }
    return answer;
  }
  // A firewall may answer a single write; that one is not hurried at each poll that Ringback answers.
  isLost ||= answer === null || (init.method ?? "GET") === "GET";
  throw new Problem(OFFLINE);
}

/** Ringback answers JSON, or that nothing has changed; a portal and a gateway answer with pages of their own, or with nothing. */
function isOurs({ status, headers }: Response): boolean {
  return status === 304 || /json/.test(headers.get("content-type") ?? "");
}

const OFFLINE = { code: "offline", detail: "Ringback cannot be reached. Check the connection, then try again." };

function isSentence(said: unknown): said is Sentence {
  return typeof said === "object" && said !== null && "detail" in said && "code" in said;
}

/** A query string of the given values; empty ones are left out. */
export function queryOf(values: Record<string, string | number | null | undefined>): string {
  const given = Object.entries(values).flatMap(([name, value]) => (value ? [[name, String(value)]] : []));
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
}
