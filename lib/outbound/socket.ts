import { on, once } from "node:events";
import { WebSocket } from "ws";
import { addressesOf, lookupIn, type OutboundTools, resolveHere } from "#lib/outbound/address";
import { within } from "#lib/outbound/deadline";
import { OutboundError } from "#lib/outbound/error";
import { checkTarget, type Destination, type Target } from "#lib/outbound/target";

/** One request and its answer over a socket. The URL is wss or https, which mean the same here. */
export type SocketExchange = Destination &
  Readonly<{
    /** Sent as one text message. */
    message: string;
    /** Whether a message is the answer; it must not throw. Other messages are ignored. */
    isAnswer: (text: string) => boolean;
    /** For everything together: name, connection, handshake, answer, close. Default: 5,000. */
    timeoutMs?: number;
    /** Maximum bytes of each message and of all of them together. Default: 65,536. */
    maxBytes?: number;
  }>;

/** Maximum messages before the answer, pings included. */
const MAX_MESSAGES = 100;

/** For how long the other side may take to close, in milliseconds. */
const CLOSE_MS = 500;

/**
 * The text of the first message that `isAnswer` accepts. It connects as `outbound` does, by the same rules, to the checked
 * addresses; it follows no redirection and accepts no compression, and no socket stays open after it has ended. Every failure on
 * the way is an OutboundError; a handshake that opens no socket is `unreachable`. The answer is another company's text: it is
 * shown to nobody.
 */
export async function exchangeOverSocket(
  request: SocketExchange,
  tools: OutboundTools = { resolve: resolveHere },
): Promise<string> {
  const target = checkTarget(request, "wss");
  return within(request.timeoutMs ?? 5_000, target.url.host, async (signal) => {
    const socket = open(request, target, await addressesOf(target, tools.resolve, signal), tools);
    try {
      return await converse(socket, request, target.url.host, signal);
    } finally {
      socket.terminate();
    }
  });
}

function open(
  { maxBytes = 65_536 }: SocketExchange,
  { url }: Target,
  addresses: string[],
  { ca }: OutboundTools,
): WebSocket {
  // Without an agent the connection is not shared, and no proxy of the environment is in between.
  const socket = new WebSocket(url, {
    lookup: lookupIn(addresses),
    followRedirects: false,
    perMessageDeflate: false,
    maxPayload: maxBytes,
    ...(ca && { ca }),
  });
  // A pending step gets the error; nothing may be pending when the connection is cut.
  socket.on("error", () => undefined);
  socket.on("unexpected-response", (_request, { statusCode }) => {
    socket.emit("error", new OutboundError("unreachable", `${url.host} answered ${statusCode} and opened no socket.`));
  });
  limit(socket, maxBytes, url.host);
  return socket;
}

/** Counts messages when they arrive, so that a flood of small ones is an error before they are read. */
function limit(socket: WebSocket, maxBytes: number, host: string): void {
  let messages = 0;
  let bytes = 0;
  const count = (data: WebSocket.RawData) => {
    messages += 1;
    bytes += (data as Buffer).length;
    if (messages <= MAX_MESSAGES && bytes <= maxBytes) return;
    socket.emit("error", new OutboundError("too_large", `${host} sent too much and did not answer.`));
  };
  socket.on("message", count).on("ping", count).on("pong", count);
}

async function converse(
  socket: WebSocket,
  { message, isAnswer }: SocketExchange,
  host: string,
  signal: AbortSignal,
): Promise<string> {
  // Listens before the socket opens, so that a message in the packet of the handshake is not lost.
  const messages = on(socket, "message", { signal, close: ["close"] });
  await once(socket, "open", { signal });
  socket.send(message);
  for await (const [data, isBinary] of messages as AsyncIterable<[Buffer, boolean]>) {
    if (isBinary) throw new OutboundError("unreachable", `${host} sent bytes instead of text.`);
    const text = data.toString("utf8");
    if (!isAnswer(text)) continue;
    await closeSocket(socket, signal);
    return text;
  }
  throw new OutboundError("unreachable", `${host} closed the connection without an answer.`);
}

/** The answer has arrived, so a missing or late close changes nothing. */
async function closeSocket(socket: WebSocket, signal: AbortSignal): Promise<void> {
  socket.close(1000);
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(CLOSE_MS)]);
  await once(socket, "close", { signal: inTime }).catch(() => undefined);
}
