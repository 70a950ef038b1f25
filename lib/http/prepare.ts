import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import { env } from "#lib/env";
import { ADDRESS_HEADER, believedAddress } from "#lib/http/address";
import { NO_SUCH_METHOD } from "#lib/http/route";

const KNOWN = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

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
  subscribe("http.server.request.start", (message) => {
    const { request } = message as { request: IncomingMessage };
    delete request.headers[NO_SUCH_METHOD];
    // There are no server actions; Next would decode what comes for one, and log the name that a stranger gave it.
    delete request.headers["next-action"];
    const forwardedFor = request.headers["x-forwarded-for"];
    request.headers[ADDRESS_HEADER] = believedAddress(
      request.socket.remoteAddress ?? "",
      Array.isArray(forwardedFor) ? forwardedFor.join(",") : forwardedFor,
      env().TRUSTED_PROXIES,
    );
    request.url = escapeStrayPercents(request.url ?? "/");
    if (KNOWN.has(request.method ?? "")) return;
    // OPTIONS changes nothing, today and in any later version.
    request.headers[NO_SUCH_METHOD] = request.method;
    request.method = "OPTIONS";
  });
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
