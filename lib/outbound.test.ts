/**
 * The only way out. Titles name the rows S1 to S9 of the list of attacks on servers that call addresses they were given. These
 * parts of the rows are not tested here:
 *
 * | row | what               | why not                                                                                     |
 * | --- | ------------------ | ------------------------------------------------------------------------------------------- |
 * | all | intake, wss        | see lib/outbound/socket.test.ts                                                             |
 * | S4  | own public address | no process knows it; such a name is not in any `allow`, and literals are refused altogether |
 * | S7  | 10 MB frame        | a matter of WebSockets, see there; here the body of an answer is limited                    |
 */
import { createServer as createHttp, type RequestListener } from "node:http";
import { createServer as createHttps } from "node:https";
import { createServer as createTcp, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { outbound, OutboundError, type OutboundRequest } from "#lib/outbound";
import { below, isPublic } from "#lib/outbound/address";
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
import { closeServers, listen, NAME, to } from "#tests/factories/servers";
import { closeNetwork, openNetwork } from "#tests/setup/network";

// Real sockets to servers of this file, and no name is resolved but by the test itself.
beforeAll(openNetwork);
afterAll(closeNetwork);

afterEach(closeServers);

const http = (answer: RequestListener) => listen(createHttp(answer));

/** A request by plain http to a server of this file, by name. */
function local(port: number, path = "/", more: Partial<OutboundRequest> = {}): OutboundRequest {
  const host = `${NAME}:${port}`;
  return { url: `http://${host}${path}`, allow: [host], insecure: [host], ...more };
}

/** The error of a request; a request that succeeds fails the test. */
async function failure(...args: Parameters<typeof outbound>): Promise<OutboundError> {
  const error = await outbound(...args).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(OutboundError);
  return error as OutboundError;
}

/** Expects a refusal by the written address alone, without a name lookup. */
async function expectNotAllowed(url: string, allow: string[] = [NAME, "*.good.test"]): Promise<void> {
  const tools = to("127.0.0.1");
  expect((await failure({ url, allow }, tools)).kind, url).toBe("not_allowed");
  expect(tools.resolve).not.toHaveBeenCalled();
}

test.each(NOT_HTTPS)("S1 the scheme is https, plainly written: %j", (url) => expectNotAllowed(url));

test.each(LOOPBACKS)("S2 a literal IPv4 address in any spelling, even one in the list: %s", async (host) => {
  await expectNotAllowed(`https://${host}/`, [host, "127.0.0.1", "0.0.0.0", "127.0.0.1."]);
  await expectNotAllowed(`https://${host}:8443/`, [`${host}:8443`, "127.0.0.1:8443", "0.0.0.0:8443"]);
});
test.each(INSIDE_NAMES)("S2 a name that is not in the list: %s", (host) => expectNotAllowed(`https://${host}/`));

test.each(LITERALS_V6)("S3 a literal IPv6 address, even one in the list: %s", (host) =>
  expectNotAllowed(`https://${host}/`, [host]),
);

test.each(Object.entries(NOT_PUBLIC))(
  "S3, S4: a name with an address that is not public: %s",
  async (_range, addresses) => {
    const trap = await listen(createTcp());
    const host = `${NAME}:${trap.port}`;
    for (const address of addresses) {
      for (const answer of [[address], ["8.8.8.8", address], [address, "2606:4700::1111"]]) {
        const error = await failure({ url: `https://${host}/`, allow: [host] }, to(...answer));
        expect(error.kind, answer.join()).toBe("address");
      }
    }
    expect(trap.sockets()).toBe(0);
  },
);

test.each(["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"])(
  "S4 a public address is public: %s",
  (address) => expect(isPublic(address)).toBe(true),
);
test.each(["", "127.1", "0x08080808", "8.8.8.8 ", "8.8.8.8/8", "localhost", "[2606:4700::1111]"])(
  "S4 what is not an address as a name service gives it is not public: %j",
  (address) => expect(isPublic(address)).toBe(false),
);

test.each([...DISGUISES, ...LOOKALIKES])("S5 a host that only looks like one in the list: %s", (url) =>
  expectNotAllowed(url),
);

test("S5 a pattern that would let in a whole top-level domain lets in nothing", async () => {
  for (const pattern of ["*", "*.", "*.test", "*partner.test", "**.partner.test", ""]) {
    await expectNotAllowed("https://api.partner.test/", [pattern]);
  }
});

test.each([
  [`https://${NAME}/`, NAME],
  [`https://${NAME}:443/`, NAME],
  [`https://Partner.TEST/`, NAME],
  [`https://${NAME}:8443/`, `${NAME}:8443`],
  ["https://a.good.test/", "*.good.test"],
  ["https://a.b.good.test/x?y=@z", "*.good.test"],
  ["https://a.good.test:8443/", "*.good.test:8443"],
])("S5 the host is compared as the connection will use it: %s is in %s", async (url, pattern) => {
  const tools = to("127.0.0.1");
  expect((await failure({ url, allow: [pattern] }, tools)).kind).toBe("address");
  expect(tools.resolve).toHaveBeenCalledExactlyOnceWith(new URL(url).hostname);
});

test("S6 the connection goes to the checked address, even when the name resolves otherwise a moment later", async () => {
  const right = await http((_request, response) => response.end("right"));
  const wrong = await listen(createTcp(), "127.0.0.2", right.port);
  const resolve = vi.fn(async () => ["127.0.0.2"]).mockResolvedValueOnce(["127.0.0.1"]);
  expect((await outbound(local(right.port), { resolve })).text()).toBe("right");
  expect(resolve).toHaveBeenCalledOnce();
  expect(wrong.sockets()).toBe(0);
});

test("S6 a name without an address, or whose question fails, is unreachable", async () => {
  expect((await failure({ url: `https://${NAME}/`, allow: [NAME] }, to())).kind).toBe("unreachable");
  const resolve = () => Promise.reject(new Error("name service"));
  expect((await failure({ url: `https://${NAME}/`, allow: [NAME] }, { resolve })).kind).toBe("unreachable");
});

test.each([301, 302, 303, 307, 308])("S7 a redirection is the answer and is not followed: %i", async (status) => {
  const inside = await listen(createTcp());
  const { port } = await http((_request, response) => {
    response.writeHead(status, { location: `http://127.0.0.1:${inside.port}/` }).end();
  });
  const answer = await outbound(local(port), to("127.0.0.1"));
  expect([answer.status, answer.headers.get("location")]).toEqual([status, `http://127.0.0.1:${inside.port}/`]);
  expect(inside.sockets()).toBe(0);
});

test("S7 an endless handshake, a silent server and a name service that never answers end in time", async () => {
  const { port } = await listen(createTcp());
  const host = `${NAME}:${port}`;
  const request = { url: `https://${host}/`, allow: [host], insecure: [host], timeoutMs: 50 };
  expect((await failure(request, to("127.0.0.1"))).kind).toBe("timeout");
  expect((await failure(local(port, "/", { timeoutMs: 50 }), to("127.0.0.1"))).kind).toBe("timeout");
  const resolve = () => new Promise<string[]>(() => undefined);
  expect((await failure({ ...request, insecure: [] }, { resolve })).kind).toBe("timeout");
});

test("S7 an answer that comes a byte at a time ends in time, too", async () => {
  const { port } = await http((_request, response) => {
    const drip = setInterval(() => response.write("."), 10);
    response.on("close", () => clearInterval(drip));
  });
  expect((await failure(local(port, "/", { timeoutMs: 100 }), to("127.0.0.1"))).kind).toBe("timeout");
});

test("S7 an answer is cut off at the limit, and one of exactly that size is read", async () => {
  let sent = 0;
  const { port } = await http((request, response) => {
    const size = Number(request.url?.slice(1));
    if (size > 0) return response.end("x".repeat(size));
    const write = () => {
      sent += 65_536;
      if (!response.destroyed) response.write(Buffer.alloc(65_536), () => setImmediate(write));
    };
    return write();
  });
  const more = { maxBytes: 1000 };
  expect((await outbound(local(port, "/1000", more), to("127.0.0.1"))).body).toHaveLength(1000);
  expect((await failure(local(port, "/1001", more), to("127.0.0.1"))).kind).toBe("too_large");
  expect((await failure(local(port, "/0", more), to("127.0.0.1"))).kind).toBe("too_large");
  expect(sent).toBeLessThan(10_000_000);
});

test("S7 a compressed answer stays as it is, and headers have a limit", async () => {
  const bomb = gzipSync(Buffer.alloc(10_000_000));
  const { port } = await http((request, response) => {
    if (request.url === "/bomb") {
      response.writeHead(200, { "content-encoding": "gzip", "x-asked": request.headers["accept-encoding"] }).end(bomb);
    } else response.writeHead(200, { "x-large": "x".repeat(100_000) }).end();
  });
  const answer = await outbound(local(port, "/bomb"), to("127.0.0.1"));
  expect(answer.headers.get("x-asked")).toBe("identity");
  expect(Buffer.from(answer.body).equals(bomb)).toBe(true);
  expect((await failure(local(port), to("127.0.0.1"))).kind).toBe("too_large");
});

test("S8 a host that has left the list is refused the next time", async () => {
  const { port, sockets } = await http((_request, response) => response.end());
  const request = local(port);
  await outbound(request, to("127.0.0.1"));
  expect((await failure({ ...request, allow: [] }, to("127.0.0.1"))).kind).toBe("not_allowed");
  expect(sockets()).toBe(1);
});

test("S9 each range that is taken out is missed by the written list, or lies behind another fence", () => {
  for (const { title, within } of rangesTakenOut()) {
    expect(within, title).not.toEqual([]);
    if (!BEHIND_ANOTHER.test(title)) expect(within.some(isPublic), title).toBe(true);
  }
});

test("an answer arrives whole: status, headers and body, also that of an error", async () => {
  const { port } = await http((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      const heard = [request.method, request.url, request.headers.host, request.headers["x-key"], body];
      response.writeHead(502, { "x-twice": ["1", "2"] }).end(JSON.stringify(heard));
    });
  });
  const request = local(port, "/hook?a=1", { method: "PUT", headers: { "x-key": "k" }, body: "grüße" });
  const answer = await outbound(request, to("127.0.0.1"));
  expect(answer.status).toBe(502);
  expect(answer.headers.get("x-twice")).toBe("1, 2");
  expect(JSON.parse(answer.text())).toEqual(["PUT", "/hook?a=1", `${NAME}:${port}`, "k", "grüße"]);
});

test("https checks the certificate against the name, and the name is what the server is asked for", async () => {
  const right = certificateFor(NAME);
  const asked: string[] = [];
  const heard = (name: string, done: (error: null) => void) => {
    asked.push(name);
    done(null);
  };
  const { port } = await listen(
    createHttps({ ...right, SNICallback: heard }, (_request, response) => void response.end("sealed")),
  );
  const host = `${NAME}:${port}`;
  const request = { url: `https://${host}/`, allow: [host], insecure: [host] };
  const tools = { ...to("127.0.0.1"), ca: right.cert };
  expect((await outbound(request, tools)).text()).toBe("sealed");
  expect(asked).toEqual([NAME]);
  expect((await failure(request, to("127.0.0.1"))).message).toContain("DEPTH_ZERO_SELF_SIGNED_CERT");
  const other = `other.test:${port}`;
  const elsewhere = { url: `https://${other}/`, allow: [other], insecure: [other] };
  expect((await failure(elsewhere, tools)).message).toContain("ERR_TLS_CERT_ALTNAME_INVALID");
});

test("a literal address and plain http are for exactly the host and port that are named insecure", async () => {
  const { port } = await http((_request, response) => response.end("here"));
  const host = `127.0.0.1:${port}`;
  const url = `http://${host}/`;
  const tools = to();
  expect((await outbound({ url, allow: [host], insecure: [host] }, tools)).text()).toBe("here");
  expect(tools.resolve).not.toHaveBeenCalled();
  for (const [allow, insecure] of [
    [[host], []],
    [[], [host]],
    [[host], ["127.0.0.1"]],
    [[host], ["127.0.0.1:1"]],
  ]) {
    expect((await failure({ url, allow: allow!, insecure: insecure! }, tools)).kind).toBe("not_allowed");
  }
});

test("every request has a connection of its own, which is closed afterwards", async () => {
  const { port, sockets } = await http((request, response) => response.end(request.headers.connection));
  for (const _ of [1, 2]) expect((await outbound(local(port), to("127.0.0.1"))).text()).toBe("close");
  expect(sockets()).toBe(2);
});

test.each(["Host", "connection", "Content-Length", "transfer-encoding", "Expect", "proxy-authorization"])(
  "headers of the connection are not the caller's: %s",
  async (name) => {
    const request = local(1, "/", { headers: { [name]: "evil.test" } });
    expect((await failure(request, to("127.0.0.1"))).kind).toBe("not_allowed");
  },
);

test("a line break in a header is refused, and not repeated", async () => {
  const error = await failure(local(1, "/", { headers: { "x-key": "s3cret\r\nhost: evil.test" } }), to("127.0.0.1"));
  expect(error.kind).toBe("not_allowed");
  expect(error.message).not.toContain("s3cret");
});

test("a server that is not there, breaks off, lies about the length or does not speak HTTP is unreachable", async () => {
  const { port } = await listen(createTcp((socket) => void socket.once("data", () => socket.end("no HTTP\r\n\r\n"))));
  expect((await failure(local(port), to("127.0.0.1"))).kind).toBe("unreachable");
  const short = await http((_request, response) => {
    response.writeHead(200, { "content-length": 10 }).write("12345", () => response.destroy());
  });
  expect((await failure(local(short.port), to("127.0.0.1"))).kind).toBe("unreachable");
  const silent = await listen(createTcp((socket) => socket.destroy()));
  expect((await failure(local(silent.port), to("127.0.0.1"))).kind).toBe("unreachable");
  const upgraded = await listen(
    createTcp((socket) => socket.end("HTTP/1.1 101 Go\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n")),
  );
  expect((await failure(local(upgraded.port), to("127.0.0.1"))).kind).toBe("unreachable");
});

test("an answer that comes before the request was read is the answer, and the rest is not sent", async () => {
  const size = 50_000_000;
  const accepted = Promise.withResolvers<Socket>();
  const { port } = await listen(
    createTcp({ pauseOnConnect: true }, (socket) => {
      socket.write("HTTP/1.1 413 Large\r\ncontent-length: 2\r\nconnection: close\r\n\r\nno");
      accepted.resolve(socket);
    }),
  );
  const request = local(port, "/", { method: "POST", body: Buffer.alloc(size) });
  expect((await outbound(request, to("127.0.0.1"))).status).toBe(413);
  const socket = await accepted.promise;
  let arrived = 0;
  socket.on("data", (chunk: Buffer) => {
    arrived += chunk.length;
  });
  await new Promise((closed) => socket.on("close", closed).resume());
  expect(arrived).toBeLessThan(size);
});

test("a connection that is reset in the middle of question and answer is one error, not two", async () => {
  const { port } = await listen(
    createTcp({ pauseOnConnect: true }, (socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n12345");
      setTimeout(() => socket.resetAndDestroy(), 50);
    }),
  );
  const request = local(port, "/", { method: "POST", body: Buffer.alloc(50_000_000) });
  expect((await failure(request, to("127.0.0.1"))).kind).toBe("unreachable");
});

test("no sentence holds a path, a query, a password or a header", async () => {
  const { port } = await listen(createTcp((socket) => socket.destroy()));
  const requests: [OutboundRequest, string[]][] = [
    [local(port, "/s3cret?token=s3cret", { headers: { authorization: "s3cret" }, body: "s3cret" }), ["127.0.0.1"]],
    [local(port, "/s3cret?token=s3cret"), []],
    [{ url: `https://${NAME}/s3cret?s3cret`, allow: [NAME] }, ["10.0.0.1"]],
    [{ url: `https://${NAME}/s3cret?s3cret`, allow: [] }, []],
    [{ url: `https://s3cret:s3cret@${NAME}/s3cret#s3cret`, allow: [NAME] }, []],
    [{ url: "s3cret", allow: [NAME] }, []],
  ];
  for (const [request, addresses] of requests) {
    const error = await failure(request, to(...addresses));
    expect([error.message, String(error.stack), JSON.stringify(error)].join()).not.toContain("s3cret");
    expect(error.cause).toBeUndefined();
    expect(error.message).toMatch(/^\S.*\.$/);
  }
});

test("a request begins to leave when the connection stands, and not before", async () => {
  const leaving = vi.fn();
  // Somebody who takes the connection and never speaks TLS; then somebody who does, and never answers.
  const silent = await listen(createTcp());
  const host = `${NAME}:${silent.port}`;
  const error = await failure(
    { url: `https://${host}/`, allow: [host], insecure: [host], timeoutMs: 300, onLeaving: leaving },
    to("127.0.0.1"),
  );
  expect([error.kind, leaving.mock.calls.length]).toEqual(["timeout", 0]);
  const hanging = await http(() => undefined);
  await failure({ ...local(hanging.port), timeoutMs: 300, onLeaving: leaving }, to("127.0.0.1"));
  expect(leaving).toHaveBeenCalledOnce();
});

test.each([
  ["https://api.example.com", "https://api.example.com/v1/messages"],
  ["https://api.example.com/", "https://api.example.com/v1/messages"],
  ["https://gateway.example.com/sms//", "https://gateway.example.com/sms/v1/messages"],
])("an API at %s is asked at %s: a gateway keeps its path", (base, expected) => {
  expect(below(new URL(base), "/v1/messages").href).toBe(expected);
});
