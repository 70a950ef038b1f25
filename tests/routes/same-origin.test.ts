/** A browser sends cookies with the requests of any page; a foreign page can do nothing with them. */
import { describe, expect, test } from "vitest";
import { anAgent, tick } from "#tests/factories/desk";
import { aSession, anAccount, PASSWORD } from "#tests/factories/staff";
import { api, everyRow, routes } from "./api.ts";
import { asService } from "./call.ts";
import { asAgent, asSupervisor, signedIn } from "./signed-in.ts";

type Headers = Record<string, string>;

const unsafe = routes.flatMap(({ path, operations }) =>
  Object.entries(operations).flatMap(([method, { who, kind }]) =>
    method === "GET" ? [] : [{ name: `${method} ${path}`, method, path, who, kind }],
  ),
);
const ofPeople = unsafe.filter(({ who }) => who.includes("agent") || who.includes("supervisor"));
const ofBrowsers = unsafe.filter(({ who, kind }) => who.includes("anyone") && kind === "browser");
type Asked = (typeof unsafe)[number];

const HERE = "localhost:3000";
const foreign: [string, Headers][] = [
  ["of another site", { "sec-fetch-site": "cross-site" }],
  ["of a neighbouring site", { "sec-fetch-site": "same-site" }],
  ["of another site that claims our origin", { "sec-fetch-site": "cross-site", origin: `http://${HERE}`, host: HERE }],
  ["with a word nobody knows", { "sec-fetch-site": "trusted" }],
  ["of another origin", { origin: "https://evil.example", host: HERE }],
  ["of another port", { origin: "http://localhost:3001", host: HERE }],
  ["of a host that begins as ours does", { origin: `http://${HERE}.evil.example`, host: HERE }],
  ["of no origin", { origin: "null", host: HERE }],
  ["of an origin that is none", { origin: HERE, host: HERE }],
  ["of an origin, to no host", { origin: `http://${HERE}` }],
];
const unsaid: [string, Headers] = ["that does not say where it came from", {}];
const own: [string, Headers][] = [
  ["of our own", { "sec-fetch-site": "same-origin" }],
  ["of a person at the address bar", { "sec-fetch-site": "none" }],
  ["of our own in an older browser", { origin: `http://${HERE}`, host: HERE }],
];

/** With a body that would be refused as input, so that it does nothing even when it is let in. */
function ask({ method, path }: Asked, headers: Headers) {
  const body = method === "DELETE" ? undefined : { nonsense: 1 };
  return api(`${method} ${path.replace(/:\w+/g, "1")}`, body, { headers, as: "none" });
}

async function cookieFor({ who }: Asked): Promise<Headers> {
  const { cookie = "" } = who.includes("agent") ? await asAgent(await anAgent()) : await asSupervisor();
  return { cookie };
}

describe.each(ofPeople)("$name", (one) => {
  test("C1: a request with a cookie is refused from every foreign page, writes nothing, and is let in from our own", async () => {
    const cookie = await cookieFor(one);
    const before = await everyRow();
    for (const [name, headers] of [...foreign, unsaid]) {
      const { status, body } = await ask(one, { ...cookie, ...headers });
      expect([status, body.code], name).toEqual([403, "forbidden"]);
    }
    expect(await everyRow()).toEqual(before);
    for (const [name, headers] of own) expect((await ask(one, { ...cookie, ...headers })).status, name).not.toBe(403);
  });
});

describe.each(ofBrowsers)("$name", (one) => {
  test("C1: no foreign page signs a person in, and a client that is no browser may", async () => {
    const { email } = await anAccount();
    const bodies: Record<string, object> = {
      "/sign-in": { email, password: PASSWORD },
      "/welcome": { invitation: "nobody-has-this-one", newPassword: PASSWORD },
      "/welcome/invitation": { invitation: "nobody-has-this-one" },
    };
    const body = bodies[one.path] ?? { code: "000000" };
    const send = (headers: Headers) => api(one.name, body, { headers, as: "none" });
    const before = await everyRow();
    for (const [name, headers] of foreign) {
      const { status, headers: sent } = await send(headers);
      expect([status, sent.getSetCookie()], name).toEqual([403, []]);
    }
    expect(await everyRow()).toEqual(before);
    for (const [name, headers] of [...own, unsaid]) expect((await send(headers)).status, name).not.toBe(403);
  });
});

test("C1: a machine client is no browser: its key is asked for, not where it came from", async () => {
  const answer = await api("POST /callbacks/accept", {}, { headers: { ...asService, "sec-fetch-site": "cross-site" } });
  expect(answer.status).toBe(400);
});

test("C1: a key beside a cookie does not lend the cookie's rights to a foreign page", async () => {
  const { cookie = "" } = await asSupervisor();
  const headers = { ...asService, cookie, "sec-fetch-site": "cross-site" };
  const { status } = await api("POST /keys", { name: "Dialler", scopes: ["queue:read"] }, { headers });
  expect(status).toBe(403);
  const wrong = { ...headers, authorization: "Bearer wrong-secret-of-somebody" };
  expect((await api("GET /me", undefined, { headers: wrong })).status).toBe(401);
});

test("C1: reading is allowed from wherever a link is", async () => {
  const { email } = await anAccount();
  const { cookie = "" } = await signedIn(email);
  const headers = { cookie, "sec-fetch-site": "cross-site" };
  expect((await api("GET /me", undefined, { headers })).status).toBe(200);
});

test("C3: no read changes anything, and a method named in a header is not the method", async () => {
  const { cookie = "" } = await asSupervisor();
  await anAgent();
  // A poll that finds no fresh tick would start one.
  await tick();
  const overriding = { cookie, "x-http-method-override": "DELETE", "x-method-override": "POST" };
  const reads = routes.filter(({ path, operations }) => operations.GET && !path.startsWith("/cron"));
  const before = await everyRow();
  for (const { path } of reads) {
    for (const method of ["GET", "HEAD"]) {
      const { status } = await api(`${method} ${path.replace(/:\w+/g, "1")}`, undefined, { headers: overriding });
      expect(status, `${method} ${path}`).toBeLessThan(500);
    }
  }
  expect(await everyRow()).toEqual(before);
  for (const { path } of routes.filter(({ operations }) => !operations.GET)) {
    const answer = await api(`GET ${path.replace(/:\w+/g, "1")}`, undefined, { headers: overriding });
    expect([answer.status, answer.body.code], path).toEqual([405, "method_not_allowed"]);
  }
});

describe("a page that was opened for another person than the signed-in one", () => {
  test.each(ofPeople)("does nothing and sees nothing: $name", async (one) => {
    const cookie = await cookieFor(one);
    const headers = { ...cookie, "sec-fetch-site": "same-origin", "ringback-account": (await anAccount()).id };
    const before = await everyRow();
    const { status, body } = await ask(one, headers);
    expect([status, body.code, body.detail]).toEqual([403, "another_person", expect.stringContaining("Somebody else")]);
    expect(await everyRow()).toEqual(before);
  });

  test("reads nothing, at any route; the page of the same person and a machine client are not disturbed", async () => {
    const agentId = await anAgent();
    const { id } = await anAccount({ agentId });
    const cookie = await aSession(id);
    const get = (headers: Headers) => api(`GET /agents/${agentId}/desk`, undefined, { headers });
    expect((await get({ cookie, "ringback-account": (await anAccount()).id })).body.code).toBe("another_person");
    expect((await get({ cookie, "ringback-account": id })).status).toBe(200);
    expect((await get({ ...asService, "ringback-account": id })).status).toBe(200);
  });
});
