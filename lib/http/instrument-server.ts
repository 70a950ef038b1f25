import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import { env, warningsOf } from "#lib/base/env";
import { noteForwarded } from "#lib/base/forwarding";
import { log } from "#lib/base/log";
import { ADDRESS_HEADER, trustedAddress } from "#lib/http/address";
import { ARRIVAL_HEADER, arrivalNow } from "#lib/http/arrival";
import { lingerAfterRefusals, refuseLargeBody } from "#lib/http/refused-body";
import { MALFORMED, ORIGINAL_METHOD } from "#lib/http/unknown";

const METHODS_OF_NEXT = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** A second instrumentation would prepare each request twice. */
let isInstrumented = false;

/**
 * Runs once, when the server starts. A wrong environment ends the process, because Next would continue and fail at every request.
 * From then on `prepareRequest` sees every request before Next does.
 */
export function instrumentServer(): void {
  try {
    env();
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
  if (isInstrumented) return;
  isInstrumented = true;
  for (const sentence of warningsOf()) log.warn(sentence);
  lingerAfterRefusals();
  subscribe("http.server.request.start", (message) =>
    prepareRequest((message as { request: IncomingMessage }).request),
  );
}

/**
 * Prepares a request for which no route and no `proxy.ts` is early enough: notes its arrival time and the address of its
 * connection, and handles requests that Next would answer itself, with an empty 400 or a 500, or would read whole into memory.
 */
function prepareRequest(request: IncomingMessage): void {
  for (const ours of [ORIGINAL_METHOD, MALFORMED]) delete request.headers[ours];
  // There are no server actions; Next would decode the body of one, and log the name that a stranger gave it.
  delete request.headers["next-action"];
  request.headers[ARRIVAL_HEADER] = arrivalNow();
  request.headers[ADDRESS_HEADER] = addressOf(request);
  request.url = escapeStrayPercents(request.url ?? "/");
  refuseLargeBody(request);
  refuseTwoHosts(request);
  // Next fails for a method it does not know. OPTIONS changes nothing.
  if (METHODS_OF_NEXT.has(request.method ?? "")) return;
  request.headers[ORIGINAL_METHOD] = request.method;
  request.method = "OPTIONS";
}

function addressOf({ headers, socket }: IncomingMessage): string {
  const { TRUSTED_PROXIES: trusted } = env();
  const forwardedFor = headers["x-forwarded-for"];
  if (forwardedFor !== undefined && trusted === 0) noteForwarded();
  const proxies = Array.isArray(forwardedFor) ? forwardedFor.join(",") : forwardedFor;
  return trustedAddress(socket.remoteAddress ?? "", proxies, trusted);
}

/** In a path that cannot be decoded the percent signs mean themselves. Next would answer it with an empty 400. */
function escapeStrayPercents(url: string): string {
  const [path = "", ...query] = url.split("?");
  try {
    decodeURIComponent(path);
    return url;
  } catch {
    return [path.replaceAll("%", "%25"), ...query].join("?");
  }
}

/** Node keeps the first Host header and drops the others; a proxy in front may have used another one. */
function refuseTwoHosts(request: IncomingMessage): void {
  const hosts = request.rawHeaders.filter((part, place) => place % 2 === 0 && part.toLowerCase() === "host");
  if (hosts.length < 2) return;
  request.headers[MALFORMED] = "Host comes more than once; send it once.";
  request.url = "/api/malformed";
}
