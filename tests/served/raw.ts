/** Requests that no client library would send. */
import { connect } from "node:net";

export type Raw = { status: number; head: string; body: string };

/** A server that is silent for this long after a part of its answer has finished it. */
const SILENT_MS = 2_000;
/** The first byte of an answer comes within this time, also beside four other test files. */
const ANSWERED_MS = 60_000;

/** Sends bytes as they are to `url` over a connection of its own, and reads until the server closes it or says nothing more. */
export function sendRaw(url: string, ...parts: (string | Buffer)[]): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    const heard: Buffer[] = [];
    const done = (): void => {
      socket.destroy();
      const [head = "", ...body] = Buffer.concat(heard).toString("latin1").split("\r\n\r\n");
      resolve({ status: Number(head.split(" ")[1] ?? 0), head, body: body.join("\r\n\r\n") });
    };
    // An upgrade that nobody wants is left unanswered; everything else gets its answer, on a busy machine a late one.
    const isUpgrade = /^(upgrade:|GET http|CONNECT )/im.test(String(parts[0]));
    socket.setTimeout(isUpgrade ? SILENT_MS : ANSWERED_MS, done);
    socket.on("data", (chunk) => {
      heard.push(chunk);
      socket.setTimeout(SILENT_MS);
    });
    socket.on("close", done);
    // A server may close its reading side while we still send.
    socket.on("error", (error: NodeJS.ErrnoException) =>
      ["EPIPE", "ECONNRESET"].includes(error.code ?? "") ? done() : reject(error),
    );
    for (const part of parts) socket.write(part);
  });
}

/** A request as text, with its length unless that is null. */
export function request(
  line: string,
  headers: readonly string[],
  body: string | Buffer = "",
  length: number | null = Buffer.byteLength(body),
): [string, string | Buffer] {
  const sized = length === null ? [] : [`content-length: ${length}`];
  return [
    [`${line} HTTP/1.1`, "host: localhost", "connection: close", ...headers, ...sized, "", ""].join("\r\n"),
    body,
  ];
}
