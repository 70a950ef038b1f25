/** A proxy that loses answers: the server has carried out the request, and the client does not learn it. */
import { createServer, request } from "node:http";
import { FORMAT_HEADER } from "#lib/action-headers";
import { listen } from "./servers.ts";

export type LossyProxy = {
  url: string;
  /** The number of requests for each action of a desk, by its id. */
  asked: Map<string, number>;
  /** While true, every connection is cut before anything is forwarded. */
  isAway: boolean;
};

/** Forwards to `target`, and drops the first answer to each action of a desk. */
export async function aLossyProxy(target: string): Promise<LossyProxy> {
  const proxy: LossyProxy = { url: "", asked: new Map(), isAway: false };
  const server = createServer((asked, response) => {
    if (proxy.isAway) return asked.socket.destroy();
    const { method, headers } = asked;
    const forwarded = request(new URL(asked.url ?? "/", target), { method, headers }, (answer) => {
      const id = FORMAT_HEADER in headers ? String(headers["idempotency-key"]) : null;
      const before = id === null ? 1 : (proxy.asked.get(id) ?? 0);
      if (id !== null) proxy.asked.set(id, before + 1);
      if (before === 0) return answer.resume().once("end", () => asked.socket.destroy());
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      return answer.pipe(response);
    });
    forwarded.once("error", () => asked.socket.destroy());
    return asked.pipe(forwarded);
  });
  const { port } = await listen(server);
  proxy.url = `http://127.0.0.1:${port}`;
  return proxy;
}
