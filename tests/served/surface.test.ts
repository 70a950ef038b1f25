/** Nothing needless can be attacked: there are no routes, versions or files that nobody needs. */
import { readFile } from "node:fs/promises";
import { beforeAll, expect, test } from "vitest";
import { aSession, anAccount } from "#tests/factories/staff";
import { everyRow } from "../routes/api.ts";
import { SERVICE_API_KEY } from "../setup/secrets.ts";
import { type Instance, serveInstances } from "./instances.ts";
import { request, sendRaw } from "./raw.ts";

let instance: Instance;

beforeAll(async () => {
  [instance] = (await serveInstances(1)) as [Instance];
});

test("N8, A8: no version with a known hole is installed", async () => {
  const { packages } = JSON.parse(await readFile("package-lock.json", "utf8")) as {
    packages: Record<string, { version?: string }>;
  };
  const floors = { next: "16.2.6", react: "19.2.6", "react-dom": "19.2.6", "better-auth": "1.7.0" };
  for (const [name, floor] of Object.entries(floors)) {
    const copies = Object.entries(packages).filter(([path]) => path.endsWith(`node_modules/${name}`));
    expect(copies.length, name).toBeGreaterThan(0);
    for (const [path, { version = "" }] of copies) {
      expect(version.localeCompare(floor, "en", { numeric: true }), `${path} ${version}`).toBeGreaterThanOrEqual(0);
    }
  }
});

test("A8, A9: the library's own routes and a public sign-up are not there", async () => {
  const supervisor = await aSession((await anAccount()).id);
  const before = await everyRow();
  const body = JSON.stringify({ email: "new@example.test", password: "the right horse battery", name: "New" });
  for (const path of ["auth/sign-up/email", "auth/api-key/create", "auth/device/code", "auth/get-session", "sign-up"]) {
    const headers = { "content-type": "application/json", cookie: supervisor, "sec-fetch-site": "same-origin" };
    const { status } = await fetch(`${instance.url}/api/${path}`, { method: "POST", headers, body });
    expect(status, path).toBe(404);
  }
  expect(await everyRow()).toEqual(before);
});

test("C4: GraphQL changes nothing by GET, by a form, in a batch or from another site", async () => {
  const cookie = await aSession((await anAccount()).id);
  const before = await everyRow();
  const query = "mutation { pauseQueue { id } }";
  const json = { "content-type": "application/json", "sec-fetch-site": "same-origin" };
  const send = async (headers: Record<string, string>, body: string) =>
    (await fetch(`${instance.url}/api/graphql`, { method: "POST", headers: { cookie, ...headers }, body })).status;
  const read = await fetch(`${instance.url}/api/graphql?query=${encodeURIComponent(query)}`, { headers: { cookie } });
  expect(read.status).toBe(405);
  const form = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" };
  expect(await send(form, `query=${encodeURIComponent(query)}`)).toBe(415);
  expect(await send(json, JSON.stringify([{ query }]))).toBe(400);
  expect(await send({ ...json, "sec-fetch-site": "cross-site" }, JSON.stringify({ query }))).toBe(403);
  expect(await everyRow()).toEqual(before);
});

test("G2: the production build answers no introspection, no suggestions and no page to try queries in", async () => {
  const headers = { "content-type": "application/json", authorization: `Bearer ${SERVICE_API_KEY}` };
  const ask = async (query: string) => {
    const answer = await fetch(`${instance.url}/api/graphql`, {
      method: "POST",
      headers: { ...headers, accept: "application/graphql-response+json" },
      body: JSON.stringify({ query }),
    });
    return { status: answer.status, text: await answer.text() };
  };
  for (const query of [
    "{ __schema { types { name } } }",
    '{ __type(name: "Run") { fields { name } } }',
    "{ ...__schema } fragment __schema on Query { __schema { types { name } } }",
    "{ definitonz { id } }",
  ]) {
    const { status, text } = await ask(query);
    expect([status, JSON.parse(text).data], query).toEqual([400, undefined]);
    expect(text).not.toMatch(/did you mean|"fields"|stack|node_modules/i);
  }
  expect(await ask("{ queueStatus { __typename } }")).toEqual({
    status: 200,
    text: '{"data":{"queueStatus":{"__typename":"QueueStatus"}}}',
  });
  const page = await fetch(`${instance.url}/api/graphql`, { headers: { ...headers, accept: "text/html" } });
  expect([page.status, page.headers.get("content-type")]).toEqual([400, "application/problem+json"]);
});

test("A10, P9: no source map is served, and no answer says what serves it", async () => {
  const body = await (await fetch(`${instance.url}/docs`)).text();
  const scripts = [...body.matchAll(/\/_next\/static\/[\w./~-]+\.js/g)].map(([path]) => path);
  expect(scripts.length).toBeGreaterThan(0);
  for (const path of new Set(scripts)) {
    expect((await fetch(`${instance.url}${path}`)).status, path).toBe(200);
    expect((await fetch(`${instance.url}${path}.map`)).status, path).toBe(404);
  }
  for (const path of ["/", "/docs", "/nowhere", "/api/nowhere", "/api/health", "/_next/nowhere"]) {
    const response = await fetch(`${instance.url}${path}`);
    for (const name of ["x-powered-by", "server", "via"]) expect(response.headers.get(name), path).toBeNull();
    expect(await response.text(), path).not.toMatch(/node_modules|\n\s+at /);
  }
});

test("a request with two hosts is a 400 on every page and route, and writes nothing", async () => {
  const before = await everyRow();
  const body = JSON.stringify({ users: [{ id: 7, firstName: "Two", lastName: "Hosts", phone: "+15550100" }] });
  const headers = [
    "Host: elsewhere.test",
    "content-type: application/json",
    `authorization: Bearer ${SERVICE_API_KEY}`,
  ];
  for (const line of ["POST /api/users", "GET /api/health", "GET /docs", "HEAD /", "TRACE /api/health"]) {
    const { status, body: said } = await sendRaw(
      instance.url,
      ...request(line, headers, line.startsWith("POST") ? body : ""),
    );
    expect(status, line).toBe(400);
    if (!line.startsWith("HEAD")) expect(said, line).toContain("Host comes more than once");
  }
  expect(await everyRow()).toEqual(before);
  const forged = { "x-malformed": "no" };
  expect((await fetch(`${instance.url}/api/nowhere`, { headers: forged })).status).toBe(404);
});
