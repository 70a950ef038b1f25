/** A process of its own: 200 connections of one kind of abuse against a served app, until it is ended. Prints the answers. */
import { Agent, request } from "node:http";
import { setPriority } from "node:os";
import { type Abuse, KINDS } from "./abuse-kinds.ts";

const CONNECTIONS = 200;
/** The wait of each connection after the answer to its last request. */
const PAUSE_MS = 1_000;

const [url = "", kind = "", address = "", key = "", cookie = ""] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
const statuses = new Map<string, number>();

// The generator shares the processors with the app, so it runs at the lowest priority.
setPriority(19);
process.on("SIGTERM", () => {
  console.log(JSON.stringify(Object.fromEntries(statuses)));
  process.exit(0);
});
for (let n = 0; n < CONNECTIONS; n += 1) setTimeout(connection, (n * PAUSE_MS) / CONNECTIONS);

async function connection(): Promise<void> {
  for (;;) {
    const status = await send(KINDS[kind]!({ key, cookie })).catch(() => "no answer");
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    await new Promise((done) => setTimeout(done, PAUSE_MS));
  }
}

function send({ method, path, headers, body, isHeld = false }: Abuse): Promise<string> {
  return new Promise((done, failed) => {
    const sent = request(
      `${url}${path}`,
      {
        method,
        agent,
        headers: { ...headers, "x-forwarded-for": address, "content-length": Buffer.byteLength(body ?? "") },
      },
      (answer) => {
        const status = String(answer.statusCode);
        if (isHeld && status === "200") statuses.set("held", (statuses.get("held") ?? 0) + 1);
        answer.resume();
        answer.on("close", () => done(status));
        answer.on("error", failed);
      },
    );
    sent.on("error", failed);
    sent.end(body);
  });
}
