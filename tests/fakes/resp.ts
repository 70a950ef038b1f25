/** A minimal Redis client: commands and replies of RESP2 over one socket, in order, safe for any bytes. */
import { connect } from "node:net";

/** A status such as OK is a string; a text is bytes. */
export type Reply = string | Buffer | number | null | Reply[] | Error;

export type Resp = Readonly<{ send(command: string[]): Promise<Reply>; close(): void }>;

/** Connects to the Redis at a socket's path. A command that gets no reply any more rejects. */
export async function connectResp(path: string): Promise<Resp> {
  const socket = connect(path);
  const waiting: { resolve: (reply: Reply) => void; reject: (error: Error) => void }[] = [];
  let received: Buffer = Buffer.alloc(0);
  await new Promise<void>((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  socket.on("data", (chunk) => {
    received = Buffer.concat([received, chunk]);
    for (let next = replyAt(received, 0); next; next = replyAt(received, 0)) {
      received = received.subarray(next.end);
      waiting.shift()!.resolve(next.reply);
    }
  });
  socket.on("error", () => undefined);
  socket.on("close", () => {
    for (const { reject } of waiting.splice(0)) reject(new Error("Redis closed the connection."));
  });
  return {
    send: (command) =>
      new Promise((resolve, reject) => {
        if (socket.destroyed) return reject(new Error("Redis is not there."));
        waiting.push({ resolve, reject });
        socket.write(encoded(command));
      }),
    close: () => socket.destroy(),
  };
}

function encoded(command: string[]): Buffer {
  const parts = command.map((part) => Buffer.from(part));
  const bulks = parts.flatMap((part) => [Buffer.from(`$${part.length}\r\n`), part, Buffer.from("\r\n")]);
  return Buffer.concat([Buffer.from(`*${parts.length}\r\n`), ...bulks]);
}

/** The reply that begins at this place and where it ends; undefined when some of it has not come yet. */
function replyAt(bytes: Buffer, start: number): { reply: Reply; end: number } | undefined {
  const eol = bytes.indexOf("\r\n", start);
  if (eol === -1) return undefined;
  const line = bytes.toString("utf8", start + 1, eol);
  const end = eol + 2;
  switch (bytes[start]) {
    case 0x2b /* + */:
      return { reply: line, end };
    case 0x2d /* - */:
      return { reply: new Error(line), end };
    case 0x3a /* : */:
      return { reply: Number(line), end };
    case 0x24 /* $ */:
      return bulkAt(bytes, end, Number(line));
    default:
      return arrayAt(bytes, end, Number(line));
  }
}

function bulkAt(bytes: Buffer, start: number, length: number): { reply: Reply; end: number } | undefined {
  if (length === -1) return { reply: null, end: start };
  const end = start + length + 2;
  return end > bytes.length ? undefined : { reply: bytes.subarray(start, start + length), end };
}

function arrayAt(bytes: Buffer, start: number, length: number): { reply: Reply; end: number } | undefined {
  if (length === -1) return { reply: null, end: start };
  const replies: Reply[] = [];
  let end = start;
  while (replies.length < length) {
    const next = replyAt(bytes, end);
    if (!next) return undefined;
    replies.push(next.reply);
    end = next.end;
  }
  return { reply: replies, end };
}
