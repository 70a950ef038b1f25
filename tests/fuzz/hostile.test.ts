import { execFile } from "node:child_process";
import { connect } from "node:net";
import { promisify } from "node:util";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { aCallback, anAgent, tick } from "#tests/factories/desk";
import { aSession, anAccount } from "#tests/factories/staff";
import { everyRow } from "../routes/api.ts";
import { type Instance, serveInstances } from "../served/instances.ts";
import { type Raw, request, sendRaw } from "../served/raw.ts";
import { SERVICE_API_KEY } from "../setup/secrets.ts";

const KEY = `authorization: Bearer ${SERVICE_API_KEY}`;
const JSON_TYPE = "content-type: application/json";
const ACCEPT = '{"callbackId":1,"agentId":1}';

let instance: Instance;

beforeAll(async () => {
  [instance] = (await serveInstances(1)) as [Instance];
});

beforeEach(async () => {
  await aCallback();
  await tick();
});

const raw = (...parts: (string | Buffer)[]): Promise<Raw> => sendRaw(instance.url, ...parts);

/** Refused with one of these, as a problem or by the server itself, never with its insides; nothing written. */
async function mustBeRefused(statuses: readonly number[], answer: Promise<Raw>): Promise<Raw> {
  const before = await everyRow();
  const { status, head, body } = await answer;
  expect(statuses, `${head}\n${body.slice(0, 300)}`).toContain(status);
  expect(body).not.toMatch(/node_modules|\bat .*:\d+:\d+/i);
  expect(await everyRow()).toEqual(before);
  return { status, head, body };
}

const post = (headers: readonly string[], body: string | Buffer = ACCEPT, length?: number | null): Promise<Raw> =>
  raw(
    ...request(
      "POST /api/callbacks/accept",
      [KEY, ...headers],
      body,
      length === undefined ? Buffer.byteLength(body) : length,
    ),
  );

test("R6: ten megabytes are refused, whether they are announced, sent in chunks or only claimed", async () => {
  const big = Buffer.alloc(10 * 1_048_576, " ");
  await mustBeRefused([413], post([JSON_TYPE], big));
  await mustBeRefused([413], post([JSON_TYPE], "{}", big.length));
  const chunked = Buffer.concat([Buffer.from(`${big.length.toString(16)}\r\n`), big, Buffer.from("\r\n0\r\n\r\n")]);
  // A server that closes while we still send may take its own answer with it: 0.
  await mustBeRefused([0, 413], post([JSON_TYPE, "transfer-encoding: chunked"], chunked, null));
});

test.each([
  ["of who has no credentials, beyond 16 KB", [], 16_384],
  ["of who may have some, beyond a megabyte", [KEY], 1_048_576],
])("R6: the server reads nothing more of a body that it has refused, %s", async (_, credentials, most) => {
  const length = 64 * 1_048_576;
  const sizes = ["expect: 100-continue", `content-length: ${length}`];
  const head = ["POST /api/users HTTP/1.1", "host: localhost", JSON_TYPE, ...credentials, ...sizes, "", ""].join(
    "\r\n",
  );
  const { stdout } = await promisify(execFile)(process.execPath, [
    "tests/fuzz/upload.mjs",
    new URL(instance.url).port,
    head,
  ]);
  const { taken, heard } = JSON.parse(stdout);
  expect(heard).toMatch(/^HTTP\/1\.1 413 [\s\S]*connection: close/i);
  expect(heard).not.toContain("100 Continue");
  // The server has read no more than fits into the buffers of both sides.
  expect(taken).toBeLessThan(length / 2);
  const longest = await raw(...request("POST /api/users", credentials, " ".repeat(most)));
  expect(longest.status).not.toBe(413);
});

test("R6: JSON of 10,000 levels, 100 KB of headers and bodies that stop half way are refused", async () => {
  await mustBeRefused([400], post([JSON_TYPE], `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`));
  await mustBeRefused([400], post([JSON_TYPE], `{"callbackId":${"[".repeat(10_000)}${"]".repeat(10_000)}}`));
  await mustBeRefused([0, 431], post([JSON_TYPE, `x-long: ${"x".repeat(100_000)}`]));
  const halfWay = connect(Number(new URL(instance.url).port), "127.0.0.1");
  halfWay.end(request("POST /api/callbacks/accept", [KEY, JSON_TYPE], '{"callbackId":', 1_000).join(""));
  await new Promise((done) =>
    halfWay
      .on("close", done)
      .on("error", () => {})
      .resume(),
  );
  expect((await fetch(`${instance.url}/api/health`)).status).toBe(200);
});

test("headers that contradict each other are refused", async () => {
  await mustBeRefused([400], post([JSON_TYPE, "transfer-encoding: chunked"], `1a\r\n${ACCEPT}\r\n0\r\n\r\n`, 5));
  await mustBeRefused(
    [400],
    raw(...request("POST /api/callbacks/accept", [KEY, JSON_TYPE, "content-length: 3"], ACCEPT)),
  );
  await mustBeRefused([415], post([JSON_TYPE, "content-encoding: gzip"]));
  await mustBeRefused([415], post(["content-type: text/plain", JSON_TYPE]));
  await mustBeRefused([401], raw(...request("GET /api/queue", ["authorization: Bearer wrong", KEY])));
});

test("C2: JSON in the clothes of a form is refused", async () => {
  for (const type of [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json;x=1",
    "application/jsonp",
  ]) {
    await mustBeRefused([415], post([`content-type: ${type}`]));
  }
});

test("C3: other methods do nothing, and no header makes one of another", async () => {
  for (const method of ["TRACE", "PROPFIND", "PURGE", "LINK", "get"]) {
    await mustBeRefused([400, 404, 405], raw(...request(`${method} /api/callbacks/accept`, [KEY, JSON_TYPE], ACCEPT)));
  }
  for (const name of ["x-http-method-override", "x-http-method", "x-method-override"]) {
    await mustBeRefused([405], raw(...request("GET /api/callbacks/accept", [KEY, `${name}: POST`])));
    await mustBeRefused(
      [400, 404, 405],
      raw(...request("DELETE /api/callbacks/1?_method=POST", [KEY, `${name}: POST`])),
    );
  }
});

test("tricks with the path lead to no route but the one they name", async () => {
  const tricks = [
    "/api/callbacks/%2e%2e/queue",
    "/api//queue/",
    "/api/queue%2fnext",
    "/api/queue;a=b",
    "/api/queue%00",
    "/API/QUEUE",
    "/api/queue/..%2f..%2f",
    `/api/${"a/".repeat(2_000)}`,
    `/api/callbacks/${"x".repeat(20_000)}`,
    "/api/callbacks/%ff%fe",
    "/api/\\..\\queue",
    "/_next/../api/queue",
  ];
  for (const path of tricks) {
    // The request has no credentials, so no answer contains personal data.
    // A server that closes while we still send may take its own answer with it: 0.
    const refusals = [...(path.length > 16_000 ? [0] : []), 308, 400, 401, 404, 405, 414, 431];
    const { body } = await mustBeRefused(refusals, raw(...request(`GET ${path}`, [])));
    if (path.startsWith("/api/")) expect(body, path).not.toMatch(/<html|<!DOCTYPE/i);
  }
});

test("N1, N2, N6: the internal headers of the framework open nothing", async () => {
  const { id } = await anAccount({ agentId: await anAgent() });
  const cookie = `cookie: ${await aSession(id)}`;
  const spells = ["middleware", "src/middleware", "proxy", "src/proxy", "pages/_middleware"].map(
    (name) => `x-middleware-subrequest: ${Array(5).fill(name).join(":")}`,
  );
  const internal = [
    ...spells,
    "x-nextjs-data: 1",
    "x-invoke-path: /api/health",
    "x-invoke-status: 200",
    "x-matched-path: /api/health",
    "x-middleware-rewrite: /api/health",
    "x-middleware-next: 1",
    "rsc: 1",
    "next-router-prefetch: 1",
    "next-router-segment-prefetch: /_tree",
    "x-forwarded-host: evil.example",
    "x-original-url: /api/health",
    "x-rewrite-url: /api/health",
  ];
  for (const header of internal) {
    // Next may send on what looks like a page's own request for data to its proper name first.
    await mustBeRefused([307, 401], raw(...request("GET /api/queue", [header])));
    await mustBeRefused([307, 403], raw(...request("GET /api/debug/callbacks", [header, cookie])));
    await mustBeRefused([307, 401], raw(...request("GET /api/queue?_rsc=1abc", [header])));
  }
});

test("N3, N4: there are no server actions to call, with any multipart body", async () => {
  const boundary = "------x";
  const part = (name: string, value: string): string =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const bodies = [
    `${part("0", '["$1:__proto__:constructor"]')}${part("1", '{"then":"$1:__proto__:then"}')}--${boundary}--\r\n`,
    part("0", `"${"$@0".repeat(1_000)}"`),
    "nonsense",
  ];
  for (const body of bodies) {
    for (const path of ["/", "/docs"]) {
      const headers = [
        `content-type: multipart/form-data; boundary=${boundary}`,
        "next-action: 7f00000000000000000000000000000000000000ab",
        "origin: null",
      ];
      const { status } = await raw(...request(`POST ${path}`, headers, body));
      expect(status, path).toBeGreaterThanOrEqual(400);
      expect(status, path).toBeLessThan(500);
    }
  }
  expect((await fetch(`${instance.url}/api/health`)).status).toBe(200);
});

test("N5: an address of another server in the request line reaches nobody", async () => {
  const headers = [
    "upgrade: websocket",
    "connection: Upgrade",
    "sec-websocket-version: 13",
    "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
  ];
  for (const line of [
    "GET http://169.254.169.254/latest/meta-data/",
    "GET http://127.0.0.1:1/api/queue",
    "GET //evil.example/api/queue",
  ]) {
    await mustBeRefused(
      [0, 308, 400, 401, 404],
      raw([`${line} HTTP/1.1`, "host: localhost", ...headers, "", ""].join("\r\n")),
    );
  }
});
