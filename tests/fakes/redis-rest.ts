/** A real redis-server behind a small server that speaks the REST protocol of Upstash, with faults for tests. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { connectResp, type Reply, type Resp } from "./resp.ts";

/** A fault of a request: its answer is lost after it was carried out, it waits first, or Redis dies on it. */
export type Fault = "answer lost" | "killed" | "server error" | "garbage" | { delayMs: number };

export type RedisRest = Readonly<{
  url: string;
  token: string;
  /** A test on a busy machine waits for its answer; other tests show that requests give up sooner. */
  timeoutMs: number;
  /** Every command that Redis carried out for a client, oldest first. */
  executed: string[][];
  /** A command to Redis itself, past the REST interface. */
  redis(...command: string[]): Promise<Reply>;
  /** The next requests, as many as faults, go wrong in these ways. */
  fail(...faults: Fault[]): void;
  /** Ends Redis as by kill -9. Redis keeps nothing on disk, so it is empty after a restart. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}>;

/** Whether redis-server is installed; tests that need it are left out when it is not, and tests/setup/programs.ts says so. */
export const hasRedis = isInstalled();

function isInstalled(): boolean {
  try {
    execFileSync("redis-server", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Starts both. */
export async function startRedisRest(): Promise<RedisRest> {
  const folder = await mkdtemp(join(tmpdir(), "ringback-redis-"));
  const socket = join(folder, "redis.sock");
  const token = "token-of-the-redis-of-the-tests";
  const executed: string[][] = [];
  const faults: Fault[] = [];
  let redis = await startRedis(folder, socket);

  const carryOut = (command: string[]): Promise<Reply> => {
    executed.push(command);
    return redis.resp.send(command);
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await read(request);
    const fault = faults.shift();
    if (fault === "server error") return void response.writeHead(500).end("<html><h1>500</h1></html>");
    if (fault === "garbage") return void response.end("<html>Welcome to the Wi-Fi of this hotel</html>");
    if (typeof fault === "object") await pause(fault.delayMs, undefined, { ref: false });
    if (request.headers.authorization !== `Bearer ${token}`) return send(response, 401, { error: "Unauthorized" });
    const encode = request.headers["upstash-encoding"] === "base64" ? inBase64 : plain;
    const carriedOut = replies(request.url ?? "/", body as string[][] & string[], carryOut);
    // It is awaited only after Redis is dead, and may have failed by then.
    carriedOut.catch(() => undefined);
    if (fault === "killed") await kill(redis.child);
    const replied = await carriedOut;
    if (fault === "answer lost" || fault === "killed") return void request.socket.destroy();
    if (Array.isArray(replied))
      return send(
        response,
        200,
        replied.map((reply) => answered(reply, encode)),
      );
    const single = answered(replied.one, encode);
    send(response, "error" in single ? 400 : 200, single);
  }

  // When Redis is gone there is no answer.
  const server = createServer((request, response) => {
    answer(request, response).catch(() => request.socket.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    timeoutMs: 20_000,
    executed,
    redis: (...command) => redis.resp.send(command),
    fail: (...next) => void faults.push(...next),
    kill: () => kill(redis.child),
    async restart() {
      await kill(redis.child);
      redis = await startRedis(folder, socket);
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await kill(redis.child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

type Redis = { child: ChildProcess; resp: Resp };

async function startRedis(folder: string, socket: string): Promise<Redis> {
  await rm(socket, { force: true });
  const options = ["--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", folder];
  const child = spawn("redis-server", options, { stdio: "ignore" });
  for (let tries = 0; tries < 200; tries += 1) {
    try {
      const resp = await connectResp(socket);
      // Only an answer shows that Redis is there: a proxy between tests and network may accept a connection to nothing.
      await resp.send(["PING"]);
      return { child, resp };
    } catch {
      await pause(25);
    }
  }
  await kill(child);
  throw new Error("redis-server did not start.");
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

/** Carries out what was posted: one command, or several, of which the paths say whether others may come in between. */
async function replies(
  path: string,
  body: string[][] & string[],
  carryOut: (command: string[]) => Promise<Reply>,
): Promise<Reply[] | { one: Reply }> {
  if (path === "/") return { one: await carryOut(body.map(String)) };
  const commands = body.map((command: string[]) => command.map(String));
  if (path === "/pipeline") return Promise.all(commands.map(carryOut));
  if (path !== "/multi-exec") return { one: new Error(`ERR no such path: ${path}`) };
  const all = await Promise.all([["MULTI"], ...commands, ["EXEC"]].map(carryOut));
  const last = all.at(-1)!;
  return Array.isArray(last) ? last : { one: last };
}

type Encode = (text: Buffer) => string;
const inBase64: Encode = (text) => text.toString("base64");
const plain: Encode = (text) => text.toString("utf8");

function answered(reply: Reply, encode: Encode): { result: unknown } | { error: string } {
  return reply instanceof Error ? { error: reply.message } : { result: resultOf(reply, encode) };
}

/** Texts are in base64; only the status OK is not. */
function resultOf(reply: Reply, encode: Encode): unknown {
  if (Array.isArray(reply)) return reply.map((one) => resultOf(one, encode));
  if (typeof reply === "string") return reply === "OK" ? reply : encode(Buffer.from(reply));
  return Buffer.isBuffer(reply) ? encode(reply) : reply;
}

async function read(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
