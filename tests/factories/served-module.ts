/** A page with nothing but the durable queue on it, for a real browser: the module's own files, their types taken out. */
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { stripTypeScriptTypes } from "node:module";

/** The requests that the server of the page has seen, by their `Idempotency-Key`. */
export type Seen = {
  /** The number of effects of each key: the server itself applies a key once. */
  applied: Map<string, number>;
  /** The number of requests with each key. */
  asked: Map<string, number>;
  /** The ids whose `enqueue` has resolved in a page. */
  resolved: string[];
};

export type ServedModule = Seen & { url: string; close(): Promise<void> };

const PAGE = `<!doctype html><title>Queue</title>
<script type="importmap">{"imports":{"idb":"/node_modules/idb/build/index.js"}}</script>
<script type="module" src="/page.js"></script>`;

/** Types of task for the page: \`effect\` is done by the server once for each key, \`hang\` never ends. */
const SCRIPT = `import { DurableQueue, QueueRunner } from "/modules/durable-queue/index.ts";
const now = () => Date.now();
const any = { parse: (input) => input };
const effect = async (_, { taskId }) => {
  await fetch("/effect", { method: "POST", headers: { "idempotency-key": taskId } });
  return { kind: "done" };
};
const hang = async (_, { taskId, attempt }) => {
  await fetch("/asked", { method: "POST", headers: { "idempotency-key": taskId } });
  return attempt === 1 ? new Promise(() => {}) : effect(_, { taskId });
};
const types = {
  effect: { lane: "send", version: 1, payload: any, run: effect },
  hang: { lane: "send", version: 1, payload: any, run: hang },
  local: { lane: "memory", version: 1, payload: any, run: async () => ((window.localDone += 1), { kind: "done" }) },
};
window.localDone = 0;
window.queue = new DurableQueue({ name: "queue", userId: "maya", types, now });
window.runner = new QueueRunner({ queue: window.queue, now });
window.enqueueForEver = async () => {
  for (;;) {
    const id = await window.queue.enqueue({ type: "effect", payload: "words" });
    await fetch("/resolved", { method: "POST", headers: { "idempotency-key": id } });
  }
};
window.isReady = true;
`;

/** Serves the page on this machine until it is closed. */
export async function serveModule(more: Record<string, string> = {}): Promise<ServedModule> {
  const seen: Seen = { applied: new Map(), asked: new Map(), resolved: [] };
  const server = createServer((request, response) => void answer(request, response, seen, more));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...seen,
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  { url = "/", headers }: IncomingMessage,
  response: ServerResponse,
  seen: Seen,
  more: Record<string, string>,
): Promise<void> {
  const key = String(headers["idempotency-key"]);
  const said = more[url] ?? (await saidFor(url, key, seen));
  const type = url === "/" ? "text/html" : "text/javascript";
  response.writeHead(said === null ? 404 : 200, { "content-type": type }).end(said ?? "");
}

async function saidFor(url: string, key: string, { applied, asked, resolved }: Seen): Promise<string | null> {
  const count = (counts: Map<string, number>) => counts.set(key, (counts.get(key) ?? 0) + 1);
  if (url === "/") return PAGE;
  if (url === "/page.js") return SCRIPT;
  if (url === "/resolved") resolved.push(key);
  else if (url === "/asked") count(asked);
  else if (url === "/effect") {
    count(asked);
    if (!applied.has(key)) count(applied);
  } else if (/^\/(modules\/durable-queue\/[\w-]+\.ts|node_modules\/idb\/build\/index\.js)$/.test(url)) {
    const source = await readFile(`.${url}`, "utf8");
    return url.endsWith(".ts") ? stripTypeScriptTypes(source) : source;
  } else return null;
  return "null";
}
