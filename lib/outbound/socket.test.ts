/**
 * Addresses of sockets that others gave us: the parts that are kept, and the real target of a call. Titles name the rows of
 * modules/access/THREATS.md. The sockets this process begins to connect are counted in every test.
 */
import { createHash } from "node:crypto";
import { createServer as createHttp, type IncomingMessage } from "node:http";
import { createServer as createHttps } from "node:https";
import { createServer as createTcp, type Socket } from "node:net";
import { inspect } from "node:util";
import { deflateRawSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { OutboundError } from "#lib/outbound";
import { refusalAtIntake } from "#lib/outbound/intake";
import { exchangeOverSocket, type SocketExchange } from "#lib/outbound/socket";
import { certificateFor } from "#tests/factories/certificate";
import {
  BEHIND_ANOTHER,
  DISGUISES,
  INSIDE_NAMES,
  LITERALS_V6,
  LOOKALIKES,
  LOOPBACKS,
  NOT_HTTPS,
  NOT_PUBLIC,
  rangesTakenOut,
} from "#tests/factories/hostile-addresses";
import { closeServers, countSockets, listen, NAME, to } from "#tests/factories/servers";
import { closeNetwork, openNetwork } from "#tests/setup/network";

// Real sockets to servers of this file, and no name is resolved but by the test itself.
beforeAll(openNetwork);
afterAll(closeNetwork);

let sockets: ReturnType<typeof countSockets>;
beforeEach(() => {
  sockets = countSockets();
});
afterEach(async () => {
  sockets.restore();
  await closeServers();
});

/** From here on no socket gets anywhere; which addresses they would have gone to is known. */
function holdSockets(): void {
  sockets.restore();
  sockets = countSockets({ held: true });
}

const QUESTION = { message: "question", isAnswer: (text: string) => text.startsWith("answer") };

/** A question over plain ws to a server of this file, by name. */
function local(port: number, more: Partial<SocketExchange> = {}): SocketExchange {
  const host = `${NAME}:${port}`;
  return { ...QUESTION, url: `ws://${host}/`, allow: [host], insecure: [host], ...more };
}

/** The error of an exchange; an exchange that succeeds fails the test. */
async function failure(...args: Parameters<typeof exchangeOverSocket>): Promise<OutboundError> {
  const error = await exchangeOverSocket(...args).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(OutboundError);
  return error as OutboundError;
}

/** Expects a refusal by the written address alone, without a name lookup and a connection. */
async function expectNeverDialled(url: string, allow: string[]): Promise<void> {
  const tools = to("8.8.8.8");
  expect((await failure({ ...QUESTION, url, allow }, tools)).kind, url).toBe("not_allowed");
  expect(tools.resolve).not.toHaveBeenCalled();
  expect(sockets.opened()).toBe(0);
}

/** Neither kept nor dialled. */
async function expectRefused(url: string, allow: string[] = [NAME, "*.good.test"]): Promise<void> {
  expect(refusalAtIntake({ url, allow }), url).toMatch(/^\S.*\.$/);
  await expectNeverDialled(url, allow);
}

/** A server that greets nobody and answers the question. */
async function relay(answer: (socket: WebSocket, text: string) => void, server = createHttp()) {
  const relays = new WebSocketServer({ server });
  const heard: { request: IncomingMessage; texts: string[]; closed: number[] }[] = [];
  relays.on("connection", (socket, request) => {
    const texts: string[] = [];
    const closed: number[] = [];
    heard.push({ request, texts, closed });
    socket.on("close", (code) => closed.push(code));
    socket.on("message", (data) => {
      texts.push(String(data));
      answer(socket, String(data));
    });
  });
  return { ...(await listen(server)), heard };
}

/** A server whose bytes after the handshake are the test's own. */
function speaking(speak: (socket: Socket) => void, header = "") {
  const server = createHttp();
  server.on("upgrade", ({ headers }: IncomingMessage, socket: Socket) => {
    const key = `${headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash("sha1").update(key).digest("base64");
    const lines = ["HTTP/1.1 101 Go", "upgrade: websocket", "connection: upgrade", `sec-websocket-accept: ${accept}`];
    socket.write(`${lines.join("\r\n")}\r\n${header}\r\n`);
    speak(socket);
  });
  return listen(server);
}

const TEXT = 0x81;
const TEXT_TO_BE_CONTINUED = 0x01;
const CONTINUED = 0x00;
const PING = 0x89;
const COMPRESSED = 0x40;

/** One frame of a server; `length` may lie. */
function frame(first: number, payload: Buffer | string, length = payload.length): Buffer {
  const head = Buffer.alloc(10);
  head[0] = first;
  head[1] = 127;
  head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([first === PING ? Buffer.from([first, length]) : head, Buffer.from(payload)]);
}

/** Writes until the other side has gone, as fast as it reads or once in that many milliseconds. */
function forever(socket: Socket, bytes: Buffer | string, everyMs = 0): void {
  const write = () => socket.writable && socket.write(bytes, () => setTimeout(write, everyMs));
  write();
}

// ------------------------------------------------------------ addresses that are kept, and addresses that are never called

/** Addresses that are written for requests, written for sockets. */
const forSockets = (urls: string[]) => urls.map((url) => url.replace("https", "wss").replace("HTTPS", "WSS"));

test.each([...NOT_HTTPS, ...forSockets(NOT_HTTPS), `w\tss://${NAME}/`, `ws+unix:///tmp/x`, `wss://${NAME}/\u0000`])(
  "S1: the scheme is wss or https, plainly written: %j",
  (url) => expectRefused(url),
);

test.each(LOOPBACKS)("S2: a literal IPv4 address in any spelling, even one in the list: %s", async (host) => {
  for (const scheme of ["wss", "https"]) {
    await expectRefused(`${scheme}://${host}/`, [host, "127.0.0.1", "0.0.0.0", "127.0.0.1."]);
    await expectRefused(`${scheme}://${host}:8443/`, [`${host}:8443`, "127.0.0.1:8443", "0.0.0.0:8443"]);
  }
});

test.each([...INSIDE_NAMES, "a.localhost", "printer.local", "a.b.INTERNAL"])(
  "S2: a name of this machine or of its network: %s",
  async (host) => {
    await expectRefused(`wss://${host}/`);
    expect(refusalAtIntake({ url: `wss://${host}/`, allow: [host, "localhost"] })).not.toBeNull();
  },
);

test.each(LITERALS_V6)("S3: a literal IPv6 address, even one in the list: %s", (host) =>
  expectRefused(`wss://${host}/`, [host]),
);

test("S4: a literal address of any range, even one in the list", async () => {
  for (const address of Object.values(NOT_PUBLIC).flat()) {
    const host = address.includes(":") ? `[${address}]` : address;
    await expectRefused(`wss://${host}/`, [host]);
  }
});

test.each(Object.entries(NOT_PUBLIC))(
  "S3, S4, S6: a name with an address that is not public, be it one of several or behind a CNAME: %s",
  async (_range, addresses) => {
    const host = `${NAME}:8443`;
    for (const address of addresses) {
      for (const answer of [[address], ["8.8.8.8", address], [address, "2606:4700::1111"]]) {
        const error = await failure({ ...QUESTION, url: `wss://${host}/`, allow: [host] }, to(...answer));
        expect(error.kind, answer.join()).toBe("address");
      }
    }
    expect(sockets.opened()).toBe(0);
  },
);

test.each(forSockets(DISGUISES))("S5: a host that only looks like one in the list: %s", (url) => expectRefused(url));

test.each(forSockets(LOOKALIKES))("S5: another host is kept, and never called: %s", async (url) => {
  expect(refusalAtIntake({ url, allow: [NAME, "*.good.test"] })).toBeNull();
  await expectNeverDialled(url, [NAME, "*.good.test"]);
  await expectNeverDialled(url, []);
});

test.each([
  [`wss://${NAME}/`, []],
  [`https://${NAME}:443/session?token=1&to=%40x@y`, []],
  [`wss://Partner.TEST`, []],
  [`wss://${NAME}:8443/`, [`${NAME}:8443`]],
  ["wss://xn--prtner-4nf.test/", ["xn--prtner-4nf.test"]],
  [`wss://${NAME}/${"x".repeat(2048 - 19)}`, []],
])("S5: an address that is plainly written is kept: %s", (url, allow) => {
  expect(refusalAtIntake({ url, allow })).toBeNull();
  expect(sockets.opened()).toBe(0);
});

test.each([
  `wss://${NAME}:8443/`,
  "wss://xn--prtner-4nf.test/",
  "wss://pаrtner.test/",
  `wss://${NAME}/${"x".repeat(2048 - 18)}`,
  "wss://part%6eer.test/",
  "wss://ｐａｒｔｎｅｒ.test/",
  "wss://partner/",
  "wss://par\u00adtner.test/",
])("S5: what the list does not name is not kept in such a form: %s", (url) => {
  expect(refusalAtIntake({ url, allow: [NAME] })).toMatch(/^\S.*\.$/);
});

// ------------------------------------------------------------ where a call goes

test("S6: the socket goes to the checked address, even when the name resolves otherwise a moment later", async () => {
  const right = await relay((socket) => socket.send("answer"));
  const wrong = await listen(createTcp(), "127.0.0.2", right.port);
  const resolve = vi.fn(async () => ["127.0.0.2"]).mockResolvedValueOnce(["127.0.0.1"]);
  expect(await exchangeOverSocket(local(right.port), { resolve })).toBe("answer");
  expect(resolve).toHaveBeenCalledOnce();
  expect([right.sockets(), wrong.sockets(), sockets.opened()]).toEqual([1, 0, 1]);
});

test("S6: a name that is public when checked and private a moment later is a failure, at the public one", async () => {
  holdSockets();
  const resolve = vi.fn(async () => ["127.0.0.1"]).mockResolvedValueOnce(["8.8.8.8", "2606:4700::1111"]);
  const request = { ...QUESTION, url: `wss://${NAME}/`, allow: [NAME] };
  expect((await failure(request, { resolve })).kind).toBe("unreachable");
  expect(sockets.towards()).toEqual([["8.8.8.8", "2606:4700::1111"]]);
  expect((await failure(request, { resolve })).kind).toBe("address");
  expect(sockets.opened()).toBe(1);
});

test("S6: a name without an address, or whose question fails, is unreachable", async () => {
  const request = { ...QUESTION, url: `wss://${NAME}/`, allow: [NAME] };
  expect((await failure(request, to())).kind).toBe("unreachable");
  const resolve = () => Promise.reject(new Error("name service"));
  expect((await failure(request, { resolve })).kind).toBe("unreachable");
  expect(sockets.opened()).toBe(0);
});

test.each([301, 302, 303, 307, 308])("S7: a redirection is not followed: %i", async (status) => {
  const inside = await listen(createTcp());
  const outside = createHttp().on("upgrade", (_request, socket) => {
    socket.end(`HTTP/1.1 ${status} Go\r\nlocation: ws://127.0.0.1:${inside.port}/\r\ncontent-length: 0\r\n\r\n`);
  });
  const { port } = await listen(outside);
  const request = local(port);
  const error = await failure(
    { ...request, insecure: [...request.insecure!, `127.0.0.1:${inside.port}`] },
    to("127.0.0.1"),
  );
  expect([error.kind, error.message]).toEqual(["unreachable", expect.stringContaining(` ${status} `)]);
  expect([inside.sockets(), sockets.opened()]).toEqual([0, 1]);
});

test.each([200, 204, 400, 401, 404, 407, 426, 500, 503])(
  "an answer that is no socket is unreachable: %i",
  async (status) => {
    const server = await listen(
      createHttp((_request, response) => void response.writeHead(status).end("x".repeat(100))),
    );
    const error = await failure(local(server.port), to("127.0.0.1"));
    expect([error.kind, error.message]).toEqual(["unreachable", expect.stringContaining(` ${status} `)]);
    expect(sockets.remaining()).toBe(0);
  },
);

const LARGE = 10_000_000;

/** Servers that misbehave after they took our connection, and the kind of error for each. */
const HOSTILE: [what: string, start: () => ReturnType<typeof listen>, kind: OutboundError["kind"]][] = [
  ["takes the connection and says nothing", () => listen(createTcp()), "timeout"],
  ["sends the handshake a byte at a time", () => listen(createTcp((socket) => dripHead(socket))), "timeout"],
  ["opens the socket and says nothing", () => speaking(() => undefined), "timeout"],
  ["sends a message a byte at a time", () => speaking((socket) => drip(socket)), "timeout"],
  ["sends pings slowly and nothing else", () => speaking((socket) => forever(socket, frame(PING, ""), 20)), "timeout"],
  [
    "sends a frame of 10 MB",
    () => speaking((socket) => void socket.write(frame(TEXT, Buffer.alloc(LARGE)))),
    "too_large",
  ],
  ["announces a frame of 10 MB", () => speaking((socket) => void socket.write(frame(TEXT, "", LARGE))), "too_large"],
  [
    "announces a frame without end",
    () => speaking((socket) => void socket.write(frame(TEXT, "", 2 ** 60))),
    "too_large",
  ],
  ["sends one message in parts without end", () => speaking((socket) => parts(socket, "x".repeat(1000))), "too_large"],
  ["sends one message in empty parts without end", () => speaking((socket) => parts(socket, "")), "too_large"],
  ["sends small messages without end", () => speaking((socket) => forever(socket, frame(TEXT, "x"))), "too_large"],
  ["sends empty messages without end", () => speaking((socket) => forever(socket, frame(TEXT, ""))), "too_large"],
  [
    "sends messages that are large together",
    () => speaking((socket) => twice(socket, frame(TEXT, "x".repeat(50_000)))),
    "too_large",
  ],
  ["sends pings without end", () => speaking((socket) => forever(socket, frame(PING, "x"))), "too_large"],
  ["sends headers without end", () => speaking(() => undefined, `x: ${"x".repeat(100_000)}\r\n`), "too_large"],
  [
    "forces compression and sends a bomb",
    () => speaking(bomb, "sec-websocket-extensions: permessage-deflate\r\n"),
    "unreachable",
  ],
  ["sends a bomb nobody agreed to", () => speaking(bomb), "unreachable"],
  ["forces another protocol", () => speaking(() => undefined, "sec-websocket-protocol: x\r\n"), "unreachable"],
  [
    "upgrades to something else",
    () =>
      listen(createTcp((socket) => void socket.end("HTTP/1.1 101 Go\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n"))),
    "unreachable",
  ],
  ["does not speak HTTP", () => listen(createTcp((socket) => void socket.end("no HTTP\r\n\r\n"))), "unreachable"],
  ["breaks off", () => listen(createTcp((socket) => socket.destroy())), "unreachable"],
  ["opens the socket and breaks off", () => speaking((socket) => socket.destroySoon()), "unreachable"],
  ["closes before the answer", () => relay((socket) => socket.close(1000, "s3cret")), "unreachable"],
  ["closes with an error", () => relay((socket) => socket.close(1011)), "unreachable"],
  ["answers in bytes", () => relay((socket) => socket.send(Buffer.from("answer"))), "unreachable"],
  [
    "sends text that is none",
    () => speaking((socket) => void socket.write(frame(TEXT, Buffer.from([0xff])))),
    "unreachable",
  ],
];

function twice(socket: Socket, bytes: Buffer): void {
  socket.write(Buffer.concat([bytes, bytes]));
}

function dripHead(socket: Socket): void {
  socket.write("HTTP/1.1 101 Go\r\nx: ");
  forever(socket, ".", 20);
}

function drip(socket: Socket): void {
  socket.write(frame(TEXT, "", 60_000));
  forever(socket, ".", 20);
}

function parts(socket: Socket, part: string): void {
  socket.write(frame(TEXT_TO_BE_CONTINUED, part));
  const many = Array.from({ length: 100 }, () => frame(CONTINUED, part));
  forever(socket, Buffer.concat(many));
}

function bomb(socket: Socket): void {
  socket.write(frame(TEXT | COMPRESSED, deflateRawSync(Buffer.alloc(LARGE))));
}

test.each(HOSTILE)("S7: a server that %s is left in time, and no socket remains", async (_what, start, kind) => {
  const server = await start();
  const timeoutMs = kind === "timeout" ? 200 : 5_000;
  const error = await failure(local(server.port, { timeoutMs }), to("127.0.0.1"));
  expect(error).toMatchObject({ kind });
  expect([server.sockets(), sockets.opened()]).toEqual([1, 1]);
  expect(sockets.remaining()).toBe(0);
});

test("S7: a TLS handshake without end and a name service that never answers end in time", async () => {
  const silent = await listen(createTcp());
  const sealed = { url: `wss://${NAME}:${silent.port}/`, timeoutMs: 50 };
  expect((await failure(local(silent.port, sealed), to("127.0.0.1"))).kind).toBe("timeout");
  expect(sockets.remaining()).toBe(0);
  const resolve = () => new Promise<string[]>(() => undefined);
  expect((await failure(local(silent.port, { timeoutMs: 50 }), { resolve })).kind).toBe("timeout");
  expect(sockets.opened()).toBe(1);
});

test("S7: a frame of 10 MB is cut off, not read to its end", async () => {
  let sent = 0;
  const { port } = await speaking((socket) => {
    socket.write(frame(TEXT, "", 100 * LARGE));
    const write = () => {
      sent += 65_536;
      if (socket.writable) socket.write(Buffer.alloc(65_536), () => setImmediate(write));
    };
    write();
  });
  expect((await failure(local(port), to("127.0.0.1"))).kind).toBe("too_large");
  expect(sent).toBeLessThan(LARGE);
});

test("S7: an answer of exactly the limit is read, one byte more is not", async () => {
  const { port } = await relay((socket, text) => socket.send(`answer${"x".repeat(Number(text) - 6)}`));
  const ask = (size: number) => local(port, { message: String(size), maxBytes: 1000 });
  expect(await exchangeOverSocket(ask(1000), to("127.0.0.1"))).toHaveLength(1000);
  expect((await failure(ask(1001), to("127.0.0.1"))).kind).toBe("too_large");
});

test("S8: a host that has left the list since its address was kept is not called any more", async () => {
  const { port, ...server } = await relay((socket) => socket.send("answer"));
  const request = local(port);
  expect(refusalAtIntake(request)).toBeNull();
  expect(await exchangeOverSocket(request, to("127.0.0.1"))).toBe("answer");
  expect((await failure({ ...request, allow: [] }, to("127.0.0.1"))).kind).toBe("not_allowed");
  expect([server.sockets(), sockets.opened()]).toEqual([1, 1]);
});

test("S9: each range that is taken out lets a socket through to it, or lies behind another fence", async () => {
  holdSockets();
  const request = { ...QUESTION, url: `wss://${NAME}/`, allow: [NAME] };
  for (const { title, within } of rangesTakenOut()) {
    const before = sockets.opened();
    for (const address of within) await failure(request, to(address));
    if (!BEHIND_ANOTHER.test(title)) expect(sockets.opened(), title).toBeGreaterThan(before);
  }
  const before = sockets.opened();
  for (const address of Object.values(NOT_PUBLIC).flat()) await failure(request, to(address));
  expect(sockets.opened()).toBe(before);
});

test("I-31: of all stored addresses only the listed host is called, by TLS, where it was checked", async () => {
  const certificate = certificateFor(NAME);
  const server = createHttps(certificate);
  const { port, heard, ...counted } = await relay((socket) => socket.send("answer"), server);
  const trap = await listen(createTcp(), "127.0.0.2", port);
  const host = `${NAME}:${port}`;
  const tools = {
    resolve: vi.fn(async () => ["127.0.0.2"]).mockResolvedValueOnce(["127.0.0.1"]),
    ca: certificate.cert,
  };
  const kept = [`wss://${host}/`, `wss://evil.test:${port}/`, `wss://127.0.0.2:${port}/`, `ws://127.0.0.2:${port}/`];
  kept.push(...forSockets([...NOT_HTTPS, ...DISGUISES, ...LOOKALIKES]), ...LOOPBACKS.map((name) => `wss://${name}/`));
  const ends = kept.map((url) => exchangeOverSocket({ ...QUESTION, url, allow: [host], insecure: [host] }, tools));
  const answers = (await Promise.allSettled(ends)).filter(({ status }) => status === "fulfilled");
  expect(answers).toEqual([{ status: "fulfilled", value: "answer" }]);
  expect([sockets.opened(), counted.sockets(), trap.sockets()]).toEqual([1, 1, 0]);
  expect(heard[0]!.request.socket).toMatchObject({ encrypted: true, localAddress: "127.0.0.1" });
});

// ------------------------------------------------------------ the exchange itself

test("one message goes out, others are ignored until the answer, and both sides say goodbye", async () => {
  const { port, heard } = await relay((socket) => {
    for (const text of ["hello", '{"type":"other"}', "ünd", "answer 1", "answer 2"]) socket.send(text);
  });
  expect(await exchangeOverSocket(local(port, { message: "grüße" }), to("127.0.0.1"))).toBe("answer 1");
  expect(heard).toMatchObject([{ texts: ["grüße"], closed: [1000] }]);
  expect(sockets.remaining()).toBe(0);
});

test("a message in the packet of the handshake is heard", async () => {
  const { port } = await speaking((socket) => void socket.write(frame(TEXT, "answer at once")));
  expect(await exchangeOverSocket(local(port), to("127.0.0.1"))).toBe("answer at once");
});

test.each(["https", "wss", "http", "ws"])(
  "an address written with %s is asked for a socket, and sent nothing else",
  async (scheme) => {
    const certificate = certificateFor(NAME);
    const server = /s$/.test(scheme) && scheme !== "ws" ? createHttps(certificate) : createHttp();
    const { port, heard } = await relay((socket) => socket.send("answer"), server);
    const url = `${scheme}://${NAME}:${port}/hook?a=1`;
    const tools = { ...to("127.0.0.1"), ca: certificate.cert };
    expect(await exchangeOverSocket(local(port, { url }), tools)).toBe("answer");
    const { url: path, headers } = heard[0]!.request;
    expect([path, headers]).toEqual([
      "/hook?a=1",
      {
        connection: "Upgrade",
        host: `${NAME}:${port}`,
        "sec-websocket-key": expect.any(String),
        "sec-websocket-version": "13",
        upgrade: "websocket",
      },
    ]);
  },
);

test("wss checks the certificate against the name, and the name is what the server is asked for", async () => {
  const right = certificateFor(NAME);
  const asked: string[] = [];
  const SNICallback = (name: string, done: (error: null) => void) => {
    asked.push(name);
    done(null);
  };
  const { port, heard } = await relay((socket) => socket.send("answer"), createHttps({ ...right, SNICallback }));
  const request = local(port, { url: `wss://${NAME}:${port}/` });
  const tools = { ...to("127.0.0.1"), ca: right.cert };
  expect(await exchangeOverSocket(request, tools)).toBe("answer");
  expect(asked).toEqual([NAME]);
  expect((await failure(request, to("127.0.0.1"))).message).toContain("DEPTH_ZERO_SELF_SIGNED_CERT");
  const wrong = { ...tools, ca: certificateFor(NAME).cert };
  expect((await failure(request, wrong)).kind).toBe("unreachable");
  const other = `other.test:${port}`;
  const elsewhere = local(port, { url: `wss://${other}/`, allow: [other], insecure: [other] });
  expect((await failure(elsewhere, tools)).message).toContain("ERR_TLS_CERT_ALTNAME_INVALID");
  expect(heard).toHaveLength(1);
});

test("a literal address and plain ws are for exactly the host and port that are named insecure", async () => {
  const { port, ...server } = await relay((socket) => socket.send("answer"));
  const host = `127.0.0.1:${port}`;
  const request = { ...QUESTION, url: `ws://${host}/`, allow: [host], insecure: [host] };
  const tools = to();
  expect(refusalAtIntake(request)).toBeNull();
  expect(await exchangeOverSocket(request, tools)).toBe("answer");
  expect(tools.resolve).not.toHaveBeenCalled();
  for (const insecure of [[], ["127.0.0.1"], ["127.0.0.1:1"]]) {
    expect(refusalAtIntake({ ...request, insecure })).not.toBeNull();
    expect((await failure({ ...request, insecure }, tools)).kind).toBe("not_allowed");
  }
  expect((await failure({ ...request, allow: [] }, tools)).kind).toBe("not_allowed");
  expect([server.sockets(), sockets.opened()]).toEqual([1, 1]);
});

test("a server that answers and does not say goodbye is left all the same", async () => {
  const server = await speaking((socket) => void socket.write(frame(TEXT, "answer")));
  expect(await exchangeOverSocket(local(server.port), to("127.0.0.1"))).toBe("answer");
  expect(sockets.remaining()).toBe(0);
  const talking = await speaking((socket) => forever(socket, frame(TEXT, "answer")));
  expect(await exchangeOverSocket(local(talking.port), to("127.0.0.1"))).toBe("answer");
  expect(sockets.remaining()).toBe(0);
});

test("no sentence holds a path, a query, a password, the message or what was answered", async () => {
  const silent = await listen(createTcp((socket) => socket.destroy()));
  const closing = await relay((socket) => socket.close(1008, "s3cret"));
  const wordy = await listen(createHttp((_request, response) => void response.writeHead(403, "s3cret").end("s3cret")));
  const talking = await relay((socket) => socket.send("s3cret"));
  const message = "s3cret";
  const url = (port: number) => `ws://${NAME}:${port}/s3cret?token=s3cret`;
  const throwing = () => JSON.parse("s3cret");
  const requests: [Partial<SocketExchange> & { port: number }, string[]][] = [
    [{ port: silent.port }, ["127.0.0.1"]],
    [{ port: silent.port }, []],
    [{ port: closing.port }, ["127.0.0.1"]],
    [{ port: wordy.port }, ["127.0.0.1"]],
    [{ port: talking.port, isAnswer: throwing }, ["127.0.0.1"]],
    [{ port: talking.port, timeoutMs: 100 }, ["127.0.0.1"]],
    [{ port: silent.port, insecure: [], url: `wss://${NAME}:${silent.port}/s3cret` }, ["10.0.0.1"]],
    [{ port: silent.port, allow: [] }, []],
    [{ port: 1, url: `wss://s3cret:s3cret@${NAME}/s3cret#s3cret` }, []],
    [{ port: 1, url: "s3cret" }, []],
  ];
  for (const [{ port, ...more }, addresses] of requests) {
    const error = await failure(local(port, { url: url(port), message, ...more }), to(...addresses));
    const printed = [error.message, String(error.stack), JSON.stringify(error), inspect(error, { showHidden: true })];
    expect(printed.join()).not.toContain("s3cret");
    expect(error.cause).toBeUndefined();
    expect(error.message).toMatch(/^\S.*\.$/);
  }
  for (const kept of ["s3cret", `wss://s3cret@${NAME}/`, `wss://${NAME}:8443/s3cret`, "wss://s3cret.local/s3cret"]) {
    expect(refusalAtIntake({ url: kept, allow: [] })).not.toMatch(/s3cret/);
  }
});
