import { env } from "#lib/base/env";

/** The headers that a page of another origin may send, and those of an answer that it may read, beyond the safelisted ones. */
const ALLOWED_HEADERS = "authorization, content-type, idempotency-key, last-event-id";
const EXPOSED_HEADERS = "idempotency-replayed, retry-after, x-request-id";
/** For how long a browser caches the answer of a preflight. */
const PREFLIGHT_SECONDS = 600;

/**
 * Lets pages of the origins in `CONVERSATION_ORIGINS` read this answer, errors included, and answers their preflight. Never with
 * credentials: cookies are for Ringback's own pages, and a conversation has a token.
 */
export function allowOrigin(request: Request, response: Response, methods: string): Response {
  const { headers } = response;
  headers.append("vary", "Origin");
  const origin = request.headers.get("origin");
  if (origin === null || !env().CONVERSATION_ORIGINS.includes(origin)) return response;
  headers.set("access-control-allow-origin", origin);
  headers.set("access-control-expose-headers", EXPOSED_HEADERS);
  if (request.method !== "OPTIONS" || !request.headers.has("access-control-request-method")) return response;
  headers.set("access-control-allow-methods", methods);
  headers.set("access-control-allow-headers", ALLOWED_HEADERS);
  headers.set("access-control-max-age", String(PREFLIGHT_SECONDS));
  return response;
}
