import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import { env } from "#lib/base/env";
import { noteForwarded } from "#lib/base/forwarding";
import { ADDRESS_HEADER, believedAddress } from "#lib/http/address";
import { ARRIVAL_HEADER, arrivalNow } from "#lib/http/arrival";
import { lingerAfterRefusals, refuseLargeBody } from "#lib/http/refused-body";
import { MALFORMED, ORIGINAL_METHOD } from "#lib/http/unknown";

const KNOWN = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** A second look at a request would find what the first has made of it. */
let isPrepared = false;

/**
 * Parses the environment, and makes requests that Next answers with an empty 400 or a 500, or talks about in the log,
 * ones that our routes answer.
 * A wrong environment ends the process, because Next would go on and fail at every request.
 */
export function prepareServer(): void {
  try {
    env();
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
  if (isPrepared) return;
  isPrepared = true;
  lingerAfterRefusals();
  subscribe("http.server.request.start", (message) => {
    const { request } = message as { request: IncomingMessage };
    delete request.headers[ORIGINAL_METHOD];
    delete request.headers[MALFORMED];
    request.headers[ARRIVAL_HEADER] = arrivalNow();
    // There are no server actions; Next would decode what comes for one, and log the name that a stranger gave it.
    delete request.headers["next-action"];
    const forwardedFor = request.headers["x-forwarded-for"];
    if (forwardedFor !== undefined && env().TRUSTED_PROXIES === 0) noteForwarded();
    request.headers[ADDRESS_HEADER] = believedAddress(
      request.socket.remoteAddress ?? "",
      Array.isArray(forwardedFor) ? forwardedFor.join(",") : forwardedFor,
      env().TRUSTED_PROXIES,
    );
    request.url = escapeStrayPercents(request.url ?? "/");
    refuseLargeBody(request);
    // Node keeps the first; a proxy in front may have gone by the other one.
    if (timesGiven(request, "host") > 1) {
      request.headers[MALFORMED] = "Host comes more than once; send it once.";
      request.url = "/api/malformed";
    }
    if (KNOWN.has(request.method ?? "")) return;
    // OPTIONS changes nothing, today and in any later version.
    request.headers[ORIGINAL_METHOD] = request.method;
    request.method = "OPTIONS";
  });
}

/** How often the client sent this header, whatever Node made of it. */
function timesGiven(request: IncomingMessage, header: string): number {
  return request.rawHeaders.filter((part, place) => place % 2 === 0 && part.toLowerCase() === header).length;
}

/** A path that cannot be decoded is one whose percent signs mean themselves. */
function escapeStrayPercents(url: string): string {
  const [path = "", ...query] = url.split("?");
  try {
    decodeURIComponent(path);
    return url;
  } catch {
    return [path.replaceAll("%", "%25"), ...query].join("?");
  }
}
