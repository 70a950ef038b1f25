/** The API as the screens use it. Runs in the browser; the cookie of the signed-in person goes along by itself. */

type Sentence = { code: string; detail: string };

/** What was answered instead of what was asked for: a sentence for people, a code for programs. */
export class Problem extends Error {
  readonly code: string;

  constructor({ code, detail }: Sentence) {
    super(detail);
    this.name = "Problem";
    this.code = code;
  }
}

/** Asks the API: `ask("POST /keys", { name, scopes })`. Throws a Problem for everything but a good answer. */
export async function ask<A>(
  request: `${"GET" | "POST" | "PUT" | "PATCH" | "DELETE"} /${string}`,
  body?: object,
): Promise<A> {
  const [method = "GET", path = ""] = request.split(" ");
  const answer = await sent(`/api${path}`, {
    method,
    ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  return read<A>(answer);
}

async function read<A>(response: Response): Promise<A> {
  const said: unknown = await response.json().catch(() => undefined);
  if (response.ok && said !== undefined) return said as A;
  throw new Problem(isSentence(said) ? said : UNREADABLE);
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
    return await fetch(url, init);
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
