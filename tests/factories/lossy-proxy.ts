/** A proxy that loses, delays and doubles what passes: the server has carried out the request, and the client does not learn it. */
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { FORMAT_HEADER } from "#lib/action-headers";
import { listen } from "./servers.ts";

export type LossyProxy = {
  url: string;
  /** How often an action of a desk came, by its id. */
  asked: Map<string, number>;
  /**
   * `away`: every connection is cut before anything is forwarded. `portal`: every request gets the page of another server, as in
   * a hotel. The others of `FOREIGN`: every request gets that answer of another server. Null: requests are forwarded.
   */
  mode: "away" | keyof typeof FOREIGN | null;
  /**
   * What becomes of the first answer to each action of a desk, once the server has given it: its connection is cut, it never
   * comes, or it comes after `release`. `twice`: the request is forwarded twice at once, and the later answer is passed on.
   */
  loss: "cut" | "hang" | "delay" | "twice";
  /** Lets delayed answers pass, also those that are still to come. */
  release: () => void;
};

const PORTAL = "<!doctype html><title>Hotel</title><p>Accept the terms to go online.</p>";

/** Answers that are not Ringback's. */
export const FOREIGN = {
  portal: { status: 200, headers: { "content-type": "text/html" }, body: PORTAL },
  gateway: { status: 502, headers: { "content-type": "text/html" }, body: "<h1>502 Bad Gateway</h1>" },
  empty: { status: 200, headers: {}, body: "" },
  nothing: { status: 204, headers: {}, body: "" },
  elsewhere: { status: 302, headers: { location: "http://portal.invalid/login" }, body: "" },
} as const;

/** Stands before `target`. */
export async function aLossyProxy(target: string): Promise<LossyProxy> {
  const released = Promise.withResolvers<void>();
  const proxy: LossyProxy = { url: "", asked: new Map(), mode: null, loss: "cut", release: () => released.resolve() };

  const pass = async (asked: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method, headers, url = "/" } = asked;
    const body = await buffer(asked);
    const forwarded = () =>
      new Promise<IncomingMessage>((resolve, reject) => {
        // On a connection of its own: the server may close a kept one at the moment it is used again.
        request(new URL(url, target), { method, headers, agent: false }, resolve).once("error", reject).end(body);
      });
    const id = FORMAT_HEADER in headers ? String(headers["idempotency-key"]) : null;
    const before = id === null ? 1 : (proxy.asked.get(id) ?? 0);
    const { loss } = proxy;
    const isTwin = before === 0 && loss === "twice";
    const twin = isTwin ? forwarded() : null;
    const answer = await forwarded();
    (await twin)?.resume();
    if (before === 0 && !isTwin) {
      // Read to its end: the server has done it.
      const given = await buffer(answer);
      proxy.asked.set(id!, 1);
      if (loss === "cut") asked.socket.destroy();
      if (loss !== "delay") return;
      await released.promise;
      response.writeHead(answer.statusCode ?? 502, answer.headers).end(given);
      return;
    }
    if (id !== null) proxy.asked.set(id, before + (isTwin ? 2 : 1));
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  };

  const server = createServer((asked, response) => {
    if (proxy.mode === "away") return asked.socket.destroy();
    if (proxy.mode !== null) {
      const { status, headers, body } = FOREIGN[proxy.mode];
      return response.writeHead(status, headers).end(body);
    }
    return pass(asked, response).catch(() => asked.socket.destroy());
  });
  const { port } = await listen(server);
  proxy.url = `http://127.0.0.1:${port}`;
  return proxy;
}
