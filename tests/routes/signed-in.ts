import { untilAnswered } from "../factories/at-once.ts";
import { aSession, anAccount, PASSWORD } from "../factories/staff.ts";
import { api } from "./api.ts";
import type { Got } from "./call.ts";

/** The headers of a page of our own in a browser. */
export const ownPage = { "sec-fetch-site": "same-origin" };

/** The `Cookie` header a browser would send after this answer. */
export function cookieOf({ headers }: Got, before = ""): string {
  const jar = new Map(
    before
      .split("; ")
      .filter(Boolean)
      .map((pair) => pair.split("=", 1).concat(pair.slice(pair.indexOf("=") + 1)) as [string, string]),
  );
  for (const line of headers.getSetCookie()) {
    const [pair = ""] = line.split(";");
    const [name = "", value] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
    if (/Max-Age=0/i.test(line) || value === "") jar.delete(name);
    else jar.set(name, value);
  }
  return [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
}

/** Signs in and returns the headers of a signed-in browser on a page of our own. */
export async function signedIn(email: string, password = PASSWORD): Promise<Record<string, string>> {
  // A slow hash on a busy machine may take longer than a request may.
  const answer = await untilAnswered(() => api("POST /sign-in", { email, password }, { as: "none", headers: ownPage }));
  if (answer.status !== 200) throw new Error(`could not sign in: ${answer.text}`);
  return { ...ownPage, cookie: cookieOf(answer) };
}

/** A browser in which the person of this agent is signed in. */
export async function asAgent(agentId: number): Promise<Record<string, string>> {
  return { ...ownPage, cookie: await aSession((await anAccount({ agentId })).id) };
}

/** A browser in which a supervisor is signed in. */
export async function asSupervisor(): Promise<Record<string, string>> {
  return { ...ownPage, cookie: await aSession((await anAccount()).id) };
}

/** The headers of a machine client with a new API key for these scopes, used once already. */
export async function aKey(scopes: readonly string[]): Promise<Record<string, string>> {
  const made = await api("POST /keys", { name: "Dialler", scopes }, { headers: await asSupervisor() });
  const headers = { authorization: `Bearer ${made.body.key}` };
  await api("GET /me", undefined, { headers });
  return headers;
}

/** The same browser after a request, when it holds the short-lived signed copy of the session, too. */
export async function withCopy(headers: Record<string, string>): Promise<Record<string, string>> {
  return { ...headers, cookie: cookieOf(await api("GET /me", undefined, { headers }), headers.cookie) };
}
