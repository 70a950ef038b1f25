import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import { MAX_BYTES } from "#lib/http/request-input";
import { ORIGINAL_METHOD, TOO_LARGE } from "#lib/http/unknown";

/** A caller who is still sending has this long to read the answer before the connection is cut. */
const LINGER_MS = 1_000;
/** With one of these somebody may be known, and may send more than a stranger. */
const CREDENTIALS = ["authorization", "cookie", "webhook-signature", "x-webhook-signature"];

const refused = new WeakSet<IncomingMessage>();

/**
 * Answers a request whose body is too large by its own words before anything reads the body: Next would take all of it
 * into memory first, and a hundred of those a second keep a processor from everybody else.
 */
export function refuseLargeBody(request: IncomingMessage): void {
  delete request.headers[TOO_LARGE];
  const { caller, stranger } = MAX_BYTES;
  const most = CREDENTIALS.some((name) => request.headers[name] !== undefined) ? caller : stranger;
  if (!(Number(request.headers["content-length"]) > most)) return;
  refused.add(request);
  // The server tells nobody to go on sending, and takes no more off the wire: it believes that we will.
  delete request.headers.expect;
  request.read(0);
  request.headers[TOO_LARGE] = String(most);
  request.headers[ORIGINAL_METHOD] = request.method;
  // Next reads no body with this method.
  request.method = "GET";
  request.url = "/api/too-large";
}

/**
 * Lets who is refused read the answer. A connection that is cut with bytes of theirs unread is reset, and the answer
 * may be lost with it; so it is closed on our side first, and cut a moment later.
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
