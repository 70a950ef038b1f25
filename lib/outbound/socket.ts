import { on, once } from "node:events";
import { WebSocket } from "ws";
import { addressesOf, lookupIn, type OutboundTools, resolveHere } from "#lib/outbound/address";
import { within } from "#lib/outbound/deadline";
import { OutboundError } from "#lib/outbound/error";
import { checkTarget, type Destination, type Target } from "#lib/outbound/target";

/** One question and its answer over a socket. The URL is wss or https, which mean the same here. */
export type SocketExchange = Destination &
  Readonly<{
    /** Sent as one message of text. */
    message: string;
    /** Whether a message is the answer to ours; it does not throw. Other messages are left unread. */
    isAnswer: (text: string) => boolean;
    /** For everything together: name, connection, handshake, the answer, the goodbye. 5,000 when not said. */
    timeoutMs?: number;
    /** How large each message and all of them together may be. 65,536 when not said. */
    maxBytes?: number;
  }>;

/** How many messages may come, pings counted. Who sends more than this before the answer is not answering. */
const MAX_MESSAGES = 100;

/** How long the other side may take to say goodbye, in milliseconds. */
const GOODBYE = 500;

/**
 * The text of the first message that `isAnswer` accepts. It goes where `outbound` would go, by the same rules, to the
 * addresses that were checked; it follows no redirection and agrees to no compression, and whatever happens, no socket
 * is open a moment after it has ended. Whatever goes wrong is an OutboundError; an answer of the handshake other than
 * an open socket is `unreachable`. The answer is another's text: it is not shown to anybody.
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
  // No agent: the connection is its own, and no proxy of the environment is put in between.
  const socket = new WebSocket(url, {
    lookup: lookupIn(addresses),
    followRedirects: false,
    perMessageDeflate: false,
    maxPayload: maxBytes,
    ...(ca && { ca }),
  });
  // Who waits for something hears of what is broken; nobody may be waiting when the connection is cut.
  socket.on("error", () => undefined);
  socket.on("unexpected-response", (_request, { statusCode }) => {
    socket.emit("error", new OutboundError("unreachable", `${url.host} answered ${statusCode} and opened no socket.`));
  });
  limit(socket, maxBytes, url.host);
  return socket;
}

/** Messages are counted when they arrive, so that a flood of small ones is an error before anybody has read them. */
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
  // Listening begins before the socket opens: what comes with the handshake is heard, too.
  const messages = on(socket, "message", { signal, close: ["close"] });
  await once(socket, "open", { signal });
  socket.send(message);
  for await (const [data, isBinary] of messages as AsyncIterable<[Buffer, boolean]>) {
    if (isBinary) throw new OutboundError("unreachable", `${host} sent bytes instead of text.`);
    const text = data.toString("utf8");
    if (!isAnswer(text)) continue;
    await sayGoodbye(socket, signal);
    return text;
  }
  throw new OutboundError("unreachable", `${host} closed the connection without an answer.`);
}

/** The answer is there: whether the other side says goodbye, in time or at all, changes nothing. */
async function sayGoodbye(socket: WebSocket, signal: AbortSignal): Promise<void> {
  socket.close(1000);
  const goodbye = AbortSignal.any([signal, AbortSignal.timeout(GOODBYE)]);
  await once(socket, "close", { signal: goodbye }).catch(() => undefined);
}
