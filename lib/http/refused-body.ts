import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import { MAX_BYTES } from "#lib/http/request-input";
import { ORIGINAL_METHOD, TOO_LARGE } from "#lib/http/unknown";

/** A caller who is still sending has this long to read the answer before the connection is cut. */
const LINGER_MS = 1_000;
/** A request with one of these headers may come from a known caller, who may send more than a stranger. */
const CREDENTIALS = ["authorization", "cookie", "webhook-signature", "x-webhook-signature"];

const refused = new WeakSet<IncomingMessage>();

/**
 * Answers a request whose Content-Length is too large before anything reads the body: Next would read all of it into memory, and a
 * hundred such requests a second take a whole processor.
 */
export function refuseLargeBody(request: IncomingMessage): void {
  delete request.headers[TOO_LARGE];
  const { caller, stranger } = MAX_BYTES;
  const most = CREDENTIALS.some((name) => request.headers[name] !== undefined) ? caller : stranger;
  if (!(Number(request.headers["content-length"]) > most)) return;
  refused.add(request);
  // The server sends no 100 Continue and reads no more from the connection: both are left to this handler.
  delete request.headers.expect;
  request.read(0);
  request.headers[TOO_LARGE] = String(most);
  request.headers[ORIGINAL_METHOD] = request.method;
  // Next does not read the body of a request with this method.
  request.method = "GET";
  request.url = "/api/too-large";
}

/**
 * Lets a refused caller read the answer. A connection that is cut with unread bytes of the caller is reset, and the answer may be
 * lost; so the server's side closes first, and the connection is cut a moment later.
 */
export function lingerAfterRefusals(): void {
  subscribe("http.server.response.finish", (message) => {
    const { request } = message as { request: IncomingMessage };
    if (!refused.has(request)) return;
    const { socket } = request;
    socket.destroySoon = () => {
      socket.end();
      setTimeout(() => socket.destroy(), LINGER_MS).unref();
    };
  });
}
