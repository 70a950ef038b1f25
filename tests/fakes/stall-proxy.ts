/**
 * A proxy between the app and its PostgreSQL that can stall: from a chosen statement on it holds the requests or the answers of one
 * connection until it thaws. It then passes on everything that it held, also when the app has hung up meanwhile, as a network or a
 * frozen server would do it.
 */
import { connect, createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

/**
 * The statement at which the stall begins, counted from 1, and whether the server executes that statement before. `in`: statements
 * are counted within each transaction, without its BEGIN, and the first transaction that comes so far is stalled.
 */
export type Stall = { at: number; when: "before" | "after"; in?: "a transaction" };

export type StallProxy = {
  /** The address of the same database through this proxy. */
  url: string;
  /** The beginning of every statement since the last `watch`. */
  statements: string[];
  /** Counts from here on, and stalls one connection at this statement; null: only counts. */
  watch: (stall: Stall | null) => void;
  /** Whether a connection is stalled at this moment. */
  isStalled: () => boolean;
  /** Passes on everything that was held, and holds nothing any more. */
  thaw: () => void;
  stop: () => Promise<void>;
};

export async function startStallProxy(databaseUrl: string): Promise<StallProxy> {
  const { hostname: host, port } = new URL(databaseUrl);
  const statements: string[] = [];
  const sockets = new Set<Socket>();
  let stall: Stall | null = null;
  let release: (() => void) | null = null;

  /** One direction of a connection; while it is held everything waits in order, also the end of the stream. */
  function channel(to: Socket): { send: (bytes: Buffer) => void; end: () => void; hold: () => void; open: () => void } {
    let held: (() => void)[] | null = null;
    const pass = (step: () => void): void => void (held ? held.push(step) : step());
    return {
      send: (bytes) => pass(() => void (to.destroyed || to.write(bytes))),
      end: () => pass(() => void to.end()),
      hold: () => {
        held ??= [];
      },
      open: () => {
        const waiting = held ?? [];
        held = null;
        for (const step of waiting) step();
      },
    };
  }

  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ host, port: Number(port), allowHalfOpen: true });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      // A client sends one statement as several small messages; without this each would wait 40 ms for the one before.
      socket.setNoDelay(true);
      socket.on("error", () => {});
      socket.on("close", () => sockets.delete(socket));
    }
    const toServer = channel(upstream);
    const toClient = channel(client);
    const nextMessages = messagesOfClient();
    let inTransaction = Number.NaN;
    client.on("data", (bytes) => {
      for (const { text, message } of nextMessages(bytes)) {
        if (text !== null) {
          statements.push(text.trim().slice(0, 60).replaceAll(/\s+/g, " "));
          inTransaction = text.startsWith("BEGIN") ? 0 : inTransaction + 1;
        }
        const reached = stall?.in ? inTransaction : statements.length;
        const isHere = text !== null && stall?.at === reached && release === null;
        if (isHere) {
          release = () => {
            for (const way of [toServer, toClient]) way.open();
          };
        }
        if (isHere && stall?.when === "before") toServer.hold();
        if (isHere && stall?.when === "after") toClient.hold();
        if (text?.match(/^(COMMIT|ROLLBACK$)/)) inTransaction = Number.NaN;
        toServer.send(message);
      }
    });
    upstream.on("data", (bytes) => toClient.send(bytes));
    client.on("end", toServer.end);
    client.on("close", toServer.end);
    upstream.on("end", toClient.end);
    upstream.on("close", toClient.end);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const here = new URL(databaseUrl);
  here.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: here.href,
    statements,
    watch(next) {
      statements.length = 0;
      stall = next;
    },
    isStalled: () => release !== null,
    thaw() {
      stall = null;
      release?.();
      release = null;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * Cuts what a client sends into messages: the first has a length only, the others a letter before it. `text` is the statement of
 * the message that begins one: a simple query, the parsing of a statement, or the values for one that was prepared before.
 */
function messagesOfClient(): (bytes: Buffer) => { text: string | null; message: Buffer }[] {
  const prepared = new Map<string, string>();
  let isParsed = false;
  let rest = Buffer.alloc(0);
  let isFirst = true;

  function statementOf(message: Buffer): string | null {
    const letter = String.fromCharCode(message[0]!);
    const parts = message.subarray(5).toString("utf8").split("\0");
    if (letter === "Q") return parts[0] ?? "";
    if (letter === "P") {
      const [name = "", text = ""] = parts;
      prepared.set(name, text);
      isParsed = true;
      return text;
    }
    if (letter !== "B") return null;
    // The portal comes first, which is unnamed, and then the name of the statement.
    const text = isParsed ? null : (prepared.get(parts[1] ?? "") ?? "");
    isParsed = false;
    return text;
  }

  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    const messages: { text: string | null; message: Buffer }[] = [];
    for (;;) {
      const lengthAt = isFirst ? 0 : 1;
      if (rest.length < lengthAt + 4) return messages;
      const end = lengthAt + rest.readInt32BE(lengthAt);
      if (rest.length < end) return messages;
      const message = rest.subarray(0, end);
      messages.push({ text: isFirst ? null : statementOf(message), message });
      rest = rest.subarray(end);
      isFirst = false;
    }
  };
}
