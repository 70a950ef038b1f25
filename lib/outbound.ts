import { once } from "node:events";
import { request as requestHttp, type IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import { addressesOf, lookupIn, type OutboundTools, resolveHere } from "#lib/outbound/address";
import { within } from "#lib/outbound/deadline";
import { OutboundError } from "#lib/outbound/error";
import { checkTarget, type Destination, type Target } from "#lib/outbound/target";

export { OutboundError, type OutboundTools };

/** A request to another company's service. */
export type OutboundRequest = Destination &
  Readonly<{
    method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
    headers?: Readonly<Record<string, string>>;
    body?: string | Uint8Array;
    /** For everything together: name, connection, request, the last byte of the answer. Default: 10,000. */
    timeoutMs?: number;
    /** Maximum bytes of the body of the answer. Default: 1 MiB. */
    maxBytes?: number;
    /**
     * Called when the connection is open and the request begins to be sent. Before that the other side cannot have received it.
     */
    onLeaving?: () => void;
  }>;

/** The answer of the service; redirections and errors are answers, too. */
export type OutboundAnswer = Readonly<{ status: number; headers: Headers; body: Uint8Array; text: () => string }>;

/** Headers of the connection, which are set here and not by the caller. */
const OURS = /^(host|connection|content-length|transfer-encoding|upgrade|expect|te|trailer|keep-alive|proxy-.*)$/i;

/**
 * The only way from the server to HTTP services of others. It connects by https to a host in `allow` whose addresses are all
 * public, and to one of those very addresses: the name is not resolved a second time. It follows no redirection, keeps no
 * connection and no cookie, decompresses nothing, and ends within `timeoutMs` and `maxBytes`. Every failure on the way is an
 * OutboundError.
 */
export async function outbound(
  request: OutboundRequest,
  tools: OutboundTools = { resolve: resolveHere },
): Promise<OutboundAnswer> {
  const target = checkTarget(request, "https");
  const refused = Object.keys(request.headers ?? {}).find((name) => OURS.test(name));
  if (refused) throw new OutboundError("not_allowed", `The header ${refused} is not for the caller to set.`);
  return within(request.timeoutMs ?? 10_000, target.url.host, async (signal) =>
    exchange(request, { ...target, addresses: await addressesOf(target, tools.resolve, signal) }, tools, signal),
  );
}

async function exchange(
  { method = "GET", headers, body, maxBytes = 1_048_576, onLeaving }: OutboundRequest,
  { url, addresses }: Target & { addresses: string[] },
  { ca }: OutboundTools,
  signal: AbortSignal,
): Promise<OutboundAnswer> {
  const options = {
    method,
    headers: { "accept-encoding": "identity", ...headers },
    lookup: lookupIn(addresses),
    // A new agent gives the request a new connection, without a proxy of the environment in between.
    agent: false,
    signal,
    ...(ca && { ca }),
  } as const;
  const sent = attempt(() => (url.protocol === "https:" ? requestHttps : requestHttp)(url, options));
  // An answer may come before the whole body was sent; its reader gets later errors of the connection.
  sent.on("error", () => undefined);
  const stands = url.protocol === "https:" ? "secureConnect" : "connect";
  sent.on("socket", (socket) => (socket.connecting ? socket.once(stands, () => onLeaving?.()) : onLeaving?.()));
  // No upgrade was requested. Node would close the connection without an event, and the wait would not end.
  sent.on("upgrade", (_response, socket) => {
    socket.destroy();
    sent.emit("error", Object.assign(new Error(), { code: "UPGRADE" }));
  });
  try {
    const answered = once(sent, "response", { signal });
    sent.end(body);
    const [response] = (await answered) as [IncomingMessage];
    const read = await readUpTo(maxBytes, response, url.host);
    return {
      status: response.statusCode!,
      headers: headersOf(response),
      body: read,
      text: () => read.toString("utf8"),
    };
  } finally {
    sent.destroy();
  }
}

/** Runs a step at which Node may throw, such as for a line break in a header. The message may hold secrets. */
function attempt<T>(begin: () => T): T {
  try {
    return begin();
  } catch {
    throw new OutboundError("not_allowed", "A header of the request holds characters that cannot be sent.");
  }
}

async function readUpTo(maxBytes: number, response: IncomingMessage, host: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new OutboundError("too_large", `${host} answered with more than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) headers.append(rawHeaders[i]!, rawHeaders[i + 1]!);
  return headers;
}
