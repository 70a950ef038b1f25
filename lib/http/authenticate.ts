import { type Sender, SENDERS } from "#declared";
import { digestOf } from "#lib/identity/api-key";
import { readClock } from "#lib/time/clock";
import type { Actor } from "#lib/base/context";
import type { PrismaClient } from "#prisma/client";
import { env } from "#lib/base/env";
import { Refusal } from "#lib/base/errors";
import { isSame } from "#lib/base/sender";
import { clientAddress } from "#lib/http/address";
import { type Admission, admit, type Rates } from "#lib/http/admit";
import type { Call, Endpoint } from "#lib/http/call";
import { type Authenticated, type Caller, NOBODY, type Who } from "#lib/http/caller";
import { conversationOf } from "#lib/identity/conversation-token";
import { isOfNow, isSignedBy } from "#lib/http/signature";
import { mustBeSameOrigin } from "#lib/http/same-origin";
import { mustBeSamePerson } from "#lib/http/same-person";
import { wantsStream } from "#lib/http/stream";
import { tooMany } from "#lib/database/rate-limit";
import { countUnsigned, mustNotFloodUnsigned } from "#lib/http/unsigned";
import { cookiePrefix, freshSessionToken } from "#lib/identity/session-cookie";
import { staffAuth } from "#lib/identity/staff-auth";

/**
 * Identifies and counts the caller of an endpoint. A probe identifies nobody, a route for anyone ignores credentials, and a
 * webhook is identified by the bytes of its body. Refuses `too_many_requests`, and `too_large` for a webhook.
 */
export async function authenticate(
  db: PrismaClient,
  { kind, who }: Pick<Endpoint, "kind" | "who">,
  { request, body }: Pick<Call, "request" | "body">,
): Promise<Authenticated> {
  if (kind === "probe") return NOBODY;
  if (who.includes("anyone")) return identifyNobody(db, request);
  if (kind === "webhook") {
    mustNotFloodUnsigned(request);
    return identifySender(db, who, request, await body());
  }
  const reader = kind === "stream" && wantsStream(request.headers) ? await identifyStreamReader(db, request) : null;
  return reader ?? identify(db, request);
}

/**
 * Refuses a caller who may not use an endpoint: `too_many_requests`, `unauthenticated`, `another_person`, or `forbidden`, also
 * for an API key without the scope.
 */
export function authorize(
  caller: Authenticated,
  { who, scopes }: Pick<Endpoint, "who" | "scopes">,
  { request, method, path }: Pick<Call, "request" | "method" | "path">,
): void {
  mustBeAllowed(caller, who, request);
  mustHaveScope(caller, scopesOf(method, path, { scopes }));
}

/**
 * Identifies the caller and counts the request against the caller's limit. Credentials are a secret of the environment or an API
 * key as `Authorization: Bearer`, or the cookie of a signed-in person; with both, the bearer counts. `authorize` decides what the
 * caller may do.
 */
export async function identify(db: PrismaClient, request: Request): Promise<Authenticated> {
  const { headers } = request;
  const token = bearerOf(headers);
  const principal = token === undefined ? null : secretHolder(token);
  const conversation = token === undefined ? null : conversationOf(token);
  if (conversation && conversation.expiresAt > (await readClock(db)))
    return identifyAs(db, { kind: "subscriber", conversationId: conversation.conversationId }, request);
  const digest = token !== undefined && principal === null ? digestOf(token) : null;
  const cookie = headers.has("authorization") ? null : await sessionOf(db, headers);
  const admission = await admit(
    db,
    { principal, digest, sessionToken: cookie?.token ?? null, address: clientAddress(headers) },
    rates(),
  );
  return { actor: actorOf(principal, admission), cookies: cookie?.cookies ?? [], admission };
}

/**
 * The sender of a webhook to a route for `who`, when the signature of these bytes is valid and recent; otherwise the caller by
 * other credentials. The database's clock measures the age: this machine's may be wrong.
 */
async function identifySender(db: PrismaClient, who: Who, request: Request, body: Uint8Array): Promise<Authenticated> {
  const senders = Object.keys(SENDERS) as Sender[];
  const sender = senders.find((one) => who.includes(one) && isSignedBy(one, request, body));
  const isTheirs = sender !== undefined && isOfNow(sender, request, await readClock(db));
  if (isTheirs) return identifyAs(db, { kind: sender } as Extract<Actor, { kind: Sender }>, request);
  countUnsigned(request, body.length);
  return identify(db, request);
}

/**
 * The bearer of the token in the address of an event stream, or null without a valid one: a browser's `EventSource` cannot send
 * headers. Credentials in a header take precedence.
 */
async function identifyStreamReader(db: PrismaClient, request: Request): Promise<Authenticated | null> {
  const token = new URL(request.url).searchParams.get("token");
  if (token === null || request.headers.has("authorization")) return null;
  const conversation = conversationOf(token, "stream");
  if (!conversation || conversation.expiresAt <= (await readClock(db))) return null;
  return identifyAs(db, { kind: "subscriber", conversationId: conversation.conversationId }, request);
}

/** A caller who is identified by a signature alone, counted by that name. */
async function identifyAs(
  db: PrismaClient,
  actor: Extract<Actor, { kind: Sender | "subscriber" }>,
  { headers }: Request,
): Promise<Authenticated> {
  const principal = actor.kind === "subscriber" ? `subscriber ${actor.conversationId}` : actor.kind;
  const credentials = { principal, digest: null, sessionToken: null, address: clientAddress(headers) };
  return { actor, cookies: [], admission: await admit(db, credentials, rates()) };
}

function rates(): Rates {
  return { person: env().REQUESTS_PER_MINUTE, service: env().SERVICE_REQUESTS_PER_MINUTE };
}

/** Counts a request to a route for anyone; credentials are ignored. */
async function identifyNobody(db: PrismaClient, { headers }: Request): Promise<Authenticated> {
  const credentials = { principal: null, digest: null, sessionToken: null, address: clientAddress(headers) };
  return { actor: { kind: "anyone" }, cookies: [], admission: await admit(db, credentials, rates()) };
}

/** A kind of callers in a sentence; a sender of webhook events is one company or service. */
function plural(kind: Actor["kind"] | Caller): string {
  if (kind in SENDERS) return `the sender ${kind}`;
  return kind === "anyone" ? kind : `${kind}s`;
}

/**
 * Also refuses `forbidden` a write with a cookie from a page of another origin. A page of a person who has signed out is refused
 * `another_person` before all other checks of a person.
 */
function mustBeAllowed({ actor, admission }: Authenticated, who: Who, request: Request): void {
  if (admission?.isOver) throw tooMany(admission.leftMs);
  if (who.includes("anyone")) return;
  if (actor.kind === "anyone") {
    if (admission?.key) throw new Refusal("unauthenticated", "This API key was revoked; ask a supervisor for another.");
    throw new Refusal("unauthenticated", "Sign in, or send a secret as: Authorization: Bearer <secret>.");
  }
  if (actor.kind === "agent" || actor.kind === "supervisor") mustBeSamePerson(actor, request.headers);
  if (!who.includes(actor.kind as Caller)) {
    throw new Refusal(
      "forbidden",
      `This is not for ${plural(actor.kind)}; it is for ${who.map(plural).join(" and ")}.`,
    );
  }
  if (actor.kind === "agent" || actor.kind === "supervisor") mustBeSameOrigin(request);
}

/** Refuses `forbidden` an API key without any of these scopes. */
export function mustHaveScope({ actor, admission }: Authenticated, scopes: readonly string[]): void {
  if (actor.kind === "anyone" || !admission?.key) return;
  const { key } = admission;
  if (scopes.some((scope) => key.scopes.includes(scope))) return;
  throw new Refusal("forbidden", `This API key is not for ${scopes.join(" or ")}; a supervisor can make one that is.`);
}

/** The scopes that let an API key use a route: unless the route names them, `callbacks:read` for every GET below `/callbacks`. */
export function scopesOf(
  method: string,
  path: string,
  { scopes }: { scopes?: readonly string[] | undefined },
): readonly string[] {
  return scopes ?? [`${path.split("/")[1]}:${method === "GET" || method === "HEAD" ? "read" : "write"}`];
}

function actorOf(principal: ReturnType<typeof secretHolder>, { session, key }: Admission): Actor {
  if (principal !== null) return { kind: principal };
  if (key && !key.isRevoked) return { kind: "service", keyId: key.id };
  if (!session) return { kind: "anyone" };
  const { accountId, agentId } = session;
  return agentId === null ? { kind: "supervisor", accountId } : { kind: "agent", agentId, accountId };
}

/** The token of `Authorization: Bearer`. */
export function bearerOf(headers: Headers): string | undefined {
  return headers.get("authorization")?.match(/^Bearer ([\x21-\x7e]+)$/i)?.[1];
}

/**
 * The owner of this secret of the environment. All secrets are compared, so that the time taken does not reveal which one
 * matched.
 */
export function secretHolder(token: string): "cron" | "service" | "scraper" | null {
  const { CRON_SECRET, SERVICE_API_KEY, METRICS_TOKEN } = env();
  const [isCron, isService] = [isSame(token, CRON_SECRET), isSame(token, SERVICE_API_KEY)];
  const isScraper = METRICS_TOKEN !== undefined && isSame(token, METRICS_TOKEN);
  return isCron ? "cron" : isService ? "service" : isScraper ? "scraper" : null;
}

/** The session of a signed cookie. Asks better-auth only when its short-lived signed copy has expired. */
async function sessionOf(db: PrismaClient, headers: Headers): Promise<{ token: string; cookies: string[] } | null> {
  if (!headers.get("cookie")?.includes(`${cookiePrefix()}.session_token=`)) return null;
  const fresh = freshSessionToken(headers);
  if (fresh !== null) return { token: fresh, cookies: [] };
  const { response, headers: sent } = await (await staffAuth(db)).api.getSession({ headers, returnHeaders: true });
  return response && { token: response.session.token, cookies: sent.getSetCookie() };
}
