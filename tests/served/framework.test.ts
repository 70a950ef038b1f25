/**
 * Former vulnerabilities of Next.js, tried on the served pages. Those of the API are in tests/fuzz.
 * @module-tag long
 */
import { createServer } from "node:net";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { aCallback, anAgent, aUser, tick } from "#tests/factories/desk";
import { isTriedToday } from "#tests/factories/part-of-day";
import { aSession, anAccount } from "#tests/factories/staff";
import { everyRow } from "../routes/api.ts";
import { SERVICE_API_KEY } from "../setup/secrets.ts";
import { type Instance, serveInstances } from "./instances.ts";
import { request, sendRaw } from "./raw.ts";

/** In every page that needs a sign-in. */
const PRIVATE = /Kanarie|kanarie@|staff\d+@example/;
const pages = Object.keys(import.meta.glob("../../app/**/page.tsx")).map(
  (file) =>
    file
      .replace("../../app", "")
      .replace(/\/page\.tsx$/, "")
      .replace(/\[\w+\]/g, "1") || "/",
);

let instance: Instance;
let supervisor: string;

beforeAll(async () => {
  [instance] = (await serveInstances(1, { REQUESTS_PER_MINUTE: "1000000" })) as [Instance];
});

beforeEach(async () => {
  const agentId = await anAgent({ name: "Kanarie" });
  await aCallback({ userId: await aUser({ firstName: "Kanarie" }), preferredAgentId: agentId });
  await tick();
  supervisor = await aSession((await anAccount({ email: "kanarie@example.test" })).id);
});

const get = async (path: string, headers: Record<string, string> = {}) => {
  const response = await fetch(`${instance.url}${path}`, { headers, redirect: "manual" });
  const { status } = response;
  return { status, location: response.headers.get("location"), headers: response.headers, body: await response.text() };
};

const INTERNAL: Record<string, string>[] = [
  ...["middleware", "src/middleware", "proxy", "src/proxy", "pages/_middleware"].flatMap((name) => [
    { "x-middleware-subrequest": name },
    { "x-middleware-subrequest": Array(5).fill(name).join(":") },
  ]),
  { "x-nextjs-data": "1" },
  { "x-invoke-path": "/docs", "x-invoke-status": "200", "x-invoke-output": "/docs" },
  { "x-matched-path": "/docs" },
  { "x-middleware-rewrite": "/docs", "x-middleware-next": "1" },
  { "x-forwarded-host": "evil.example", "x-forwarded-proto": "https" },
  { "x-original-url": "/docs", "x-rewrite-url": "/docs" },
];

test.each(pages)("N1, N6: %s shows nobody more for a header that only the framework should send", async (page) => {
  const plain = await get(page);
  expect(plain.body).not.toMatch(PRIVATE);
  for (const [place, headers] of INTERNAL.entries()) {
    if (!isTriedToday(place + pages.indexOf(page))) continue;
    const answer = await get(page, headers);
    const said = JSON.stringify(headers);
    expect(answer.body, said).not.toMatch(PRIVATE);
    expect(answer.location ?? "", said).not.toContain("evil.example");
    // A page that led to the sign-in, or showed nothing, still does so.
    if (plain.status !== 200) expect(answer.status, said).not.toBe(200);
  }
});

test.each(pages)("N2: no form of %s that the framework serves shows anything private to nobody", async (page) => {
  const base = page === "/" ? "/index" : page;
  const paths = [
    `${page}?_rsc=1abc`,
    `${base}.rsc`,
    `${base}.txt`,
    `${base}.segments/_tree.segment.rsc`,
    `${base}%2f`,
    `${base}%2e`,
    `//${base}`,
    `${base}/..%2f${base}`,
  ];
  const forms: Record<string, string>[] = [
    {},
    { rsc: "1" },
    { rsc: "1", "next-router-prefetch": "1" },
    { rsc: "1", "next-router-prefetch": "1", "next-router-segment-prefetch": "/_tree" },
    { rsc: "1", "next-router-state-tree": encodeURIComponent('["",{"children":["__PAGE__",{}]},null,"refetch"]') },
  ];
  for (const [place, path] of [page, ...paths].entries()) {
    for (const [form, headers] of forms.entries()) {
      if (!isTriedToday(place + form + pages.indexOf(page))) continue;
      expect((await get(path, headers)).body, path).not.toMatch(PRIVATE);
    }
  }
});

test("N3, N4: a request that looks like a server action is refused on every page, from any origin, and writes nothing", async () => {
  const boundary = "------x";
  const part = (name: string, value: string): string =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const id = "7f00000000000000000000000000000000000000ab";
  const bodies = [
    `${part("0", '["$1:__proto__:constructor"]')}${part("1", '{"then":"$1:__proto__:then","status":"resolved_model"}')}--${boundary}--\r\n`,
    `${part("0", '["$F1"]')}${part("1", '{"id":"fs#readFileSync","bound":null}')}--${boundary}--\r\n`,
    `${part("0", '"$@0"')}--${boundary}--\r\n`,
    `${part(`$ACTION_ID_${id}`, "")}--${boundary}--\r\n`,
    `${part("$ACTION_REF_1", "")}${part("$ACTION_1:0", `{"id":"${id}","bound":"$@1"}`)}--${boundary}--\r\n`,
    part("0", `"${"$@0".repeat(10_000)}"`),
    "nonsense",
  ];
  const before = await everyRow();
  for (const [p, page] of pages.entries()) {
    for (const [b, body] of bodies.entries()) {
      for (const [o, origin] of ["origin: null", "origin: https://evil.example", "x-no-origin: 1"].entries()) {
        for (const [a, action] of [`next-action: ${id}`, "next-action: x", "x-no-action: 1"].entries()) {
          // Every body, origin and action is tried on each page, and every combination of the three on a third of the pages.
          if ((p + b + o + a) % 3 !== 0) continue;
          const headers = [
            `content-type: multipart/form-data; boundary=${boundary}`,
            action,
            origin,
            `cookie: ${supervisor}`,
          ];
          const answer = await sendRaw(instance.url, ...request(`POST ${page}`, headers, body));
          const said = `${page} ${action} ${origin} ${body.slice(0, 200)}: ${answer.head}`;
          expect(answer.status, said).toBeGreaterThanOrEqual(400);
          expect(answer.status, said).toBeLessThan(500);
        }
      }
    }
  }
  expect(await everyRow()).toEqual(before);
  expect((await get("/api/health")).status).toBe(200);
});

test("N5, C6: an upgrade is never granted, and an address in the request line connects to nobody", async () => {
  let connections = 0;
  const victim = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((done) => victim.listen(0, "127.0.0.1", done));
  const { port } = victim.address() as { port: number };
  const upgrade = [
    "upgrade: websocket",
    "connection: Upgrade",
    "sec-websocket-version: 13",
    "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
  ];
  const lines = [
    `GET http://127.0.0.1:${port}/`,
    `CONNECT 127.0.0.1:${port}`,
    `GET //127.0.0.1:${port}/`,
    "GET /api/queue",
    "GET /_next/webpack-hmr",
    "GET /",
  ];
  const answers = await Promise.all(
    lines.flatMap((line) =>
      [[], ["origin: https://evil.example"]].map((more) =>
        sendRaw(instance.url, [`${line} HTTP/1.1`, "host: localhost", ...upgrade, ...more, "", ""].join("\r\n")),
      ),
    ),
  );
  for (const { status, body } of answers) {
    expect(status).not.toBe(101);
    expect(body).not.toMatch(PRIVATE);
  }
  expect(connections).toBe(0);
  await new Promise((done) => victim.close(done));
});

test("N7: a page shown to one person reaches nobody else, and the optimiser of images fetches nothing", async () => {
  for (const page of pages) {
    const mine = await get(page, { cookie: supervisor });
    if (PRIVATE.test(mine.body)) expect(mine.headers.get("cache-control"), page).toContain("no-store");
    const answers = [await get(page), await get(page, { rsc: "1" }), await get(`${page}?_rsc=1abc`)];
    for (const { body } of answers) expect(body, page).not.toMatch(PRIVATE);
  }
  for (const url of ["/api/queue", "/", "http://127.0.0.1:1/x.png", "//evil.example/x.png", "/icon.svg"]) {
    const path = `/_next/image?url=${encodeURIComponent(url)}&w=64&q=75`;
    const answer = await get(path, { authorization: `Bearer ${SERVICE_API_KEY}`, cookie: supervisor });
    expect(answer.status, url).toBeGreaterThanOrEqual(400);
    expect(answer.body, url).not.toMatch(PRIVATE);
  }
});

test("an idle connection stays open for longer than load balancers keep theirs", async () => {
  const { head } = await sendRaw(instance.url, "GET /api/health HTTP/1.1\r\nhost: localhost\r\n\r\n");
  const seconds = /^keep-alive: timeout=(\d+)/im.exec(head)?.[1];
  expect(Number(seconds)).toBeGreaterThan(60);
});

test("a short answer of the API and its document are sent as they are, and a long page is compressed", async () => {
  const headers = { authorization: `Bearer ${SERVICE_API_KEY}`, "accept-encoding": "gzip" };
  const encodingOf = async (path: string) => (await get(path, headers)).headers.get("content-encoding");
  expect(await encodingOf("/api/agents/1/pending-callbacks")).toBeNull();
  expect(await encodingOf("/api/agents/999999/pending-callbacks")).toBeNull();
  expect(await encodingOf("/api/openapi.json")).toBeNull();
  expect(await encodingOf("/docs")).toBe("gzip");
});
