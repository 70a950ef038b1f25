/** Limits of requests. The environment is read once, so this is a file of its own, with small limits. */
import "#tests/setup/quick-hash";
import { expect, test } from "vitest";
import { ADDRESS_HEADER } from "#lib/http/address";
import { anAgent } from "#tests/factories/desk";
import { aSession, anAccount, PASSWORD } from "#tests/factories/staff";
import { advance, setClock } from "#tests/setup/database";
import { api, everyRow } from "./api.ts";
import type { Got } from "./call.ts";
import { aKey, asAgent, asSupervisor, ownPage, signedIn } from "./signed-in.ts";

Object.assign(process.env, {
  REQUESTS_PER_MINUTE: "10",
  SERVICE_REQUESTS_PER_MINUTE: "20",
  SIGN_INS_PER_QUARTER_HOUR: "2",
});

type Headers = Record<string, string>;
/** Each test has networks of its own, because an instance remembers who was over the limit. */
let networks = 0;
function aNetwork(): Headers {
  networks += 1;
  return { [ADDRESS_HEADER]: `2001:db8:${networks.toString(16)}::1` };
}
const many = (n: number, ask: (at: number) => Promise<Got>) =>
  Promise.all(Array.from({ length: n }, (_, at) => ask(at)));
const passed = (answers: Got[]) => answers.filter(({ status }) => status === 200).length;
const me = (headers: Headers) => api("GET /me", undefined, { headers });
const guess = (email: string, headers: Headers, password = "wrong") =>
  api("POST /sign-in", { email, password }, { as: "none", headers: { ...ownPage, ...headers } });

test("of 500 requests from 500 networks exactly as many pass as the limit allows; the others read when to come again", {
  tags: ["long"],
}, async () => {
  const headers = await asSupervisor();
  await setClock("2026-03-02T09:00:20Z");
  const answers: Got[] = [];
  // As many simultaneous requests as the pool serves in time on a slow machine; the database counts each network separately.
  while (answers.length < 500) answers.push(...(await many(25, () => me({ ...headers, ...aNetwork() }))));
  expect(passed(answers)).toBe(10);
  for (const { status, body, headers: sent } of answers.filter((answer) => answer.status !== 200)) {
    expect([status, body.code]).toEqual([429, "too_many_requests"]);
    expect(Number(sent.get("retry-after"))).toBeLessThanOrEqual(40);
    expect(Number(sent.get("retry-after"))).toBeGreaterThan(0);
  }
});

test("Retry-After is what is left of the minute", async () => {
  const headers = { ...(await asSupervisor()), ...aNetwork() };
  await setClock("2026-03-02T09:00:47.5Z");
  const answers = await many(11, () => me(headers));
  const refused = answers.find(({ status }) => status === 429)!;
  expect([refused.headers.get("retry-after"), refused.body.retryAfterSeconds]).toEqual(["13", 13]);
});

test("each caller has a limit: a caller over it stops nobody else, also in the same network", async () => {
  const network = aNetwork();
  const [agent, supervisor] = [
    { ...(await asAgent(await anAgent())), ...network },
    { ...(await asSupervisor()), ...network },
  ];
  const key = { ...(await aKey(["callbacks:read"])), ...network };
  await many(15, () => me(agent));
  await many(15, () => api("GET /me", undefined, { as: "none", headers: network }));
  expect((await me(agent)).status).toBe(429);
  expect((await me(supervisor)).status).toBe(200);
  expect((await api("GET /callbacks", undefined, { headers: key })).status).toBe(200);
});

test("two browsers of one account share its limit, and a machine client has its own", async () => {
  const { id } = await anAccount();
  const browsers = [await aSession(id), await aSession(id)].map((cookie) => ({ ...ownPage, cookie, ...aNetwork() }));
  expect(passed(await many(40, (at) => me(browsers[at % 2]!)))).toBe(10);
  const key = { ...(await aKey(["callbacks:read"])), ...aNetwork() };
  // One of the twenty requests created the key.
  expect(passed(await many(40, () => api("GET /callbacks", undefined, { headers: key })))).toBe(19);
});

test("a caller over the limit writes nothing, and the next minute everything is as before", async () => {
  const headers = await asSupervisor();
  await many(10, () => me(headers));
  const before = await everyRow();
  const invited = { email: "ada@example.test", role: "supervisor", name: "Ada Byrne" };
  for (const { status } of await many(5, () => api("POST /staff", invited, { headers }))) expect(status).toBe(429);
  expect(await everyRow()).toEqual(before);
  await advance({ minutes: 1 });
  // From another network, because this instance remembers by its own clock.
  expect((await me({ ...headers, ...aNetwork() })).status).toBe(200);
});

test("A7: a client's own statement about its address does not help", async () => {
  const network = aNetwork();
  const answers = await many(15, (at) =>
    api("GET /me", undefined, { as: "none", headers: { ...network, "x-forwarded-for": `198.51.100.${at}` } }),
  );
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
});

test("A7: all addresses of one IPv6 customer share one limit", async () => {
  const answers = await many(30, (at) =>
    api("GET /me", undefined, { as: "none", headers: { [ADDRESS_HEADER]: `2001:db8:ffff:1::${at.toString(16)}` } }),
  );
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
});

test("A7: guessing one account from many networks is stopped, and so it is for an account that is not there", async () => {
  const { email } = await anAccount();
  for (const address of [email, "nobody@example.test"]) {
    const statuses = (await many(6, () => guess(address, aNetwork()))).map(({ status }) => status);
    expect(statuses.sort()).toEqual([401, 401, 429, 429, 429, 429]);
  }
  expect((await guess(email, aNetwork(), PASSWORD)).status).toBe(429);
  await advance({ minutes: 15 });
  expect((await guess(email, aNetwork(), PASSWORD)).status).toBe(200);
});

test("A7: guessing many accounts from one network is stopped, and other networks are not", async () => {
  const { email } = await anAccount();
  const network = { [ADDRESS_HEADER]: "2001:db8:eeee:1::1" };
  const tried: number[] = [];
  for (let n = 0; n < 12; n += 1) {
    tried.push((await guess(`person${n}@example.test`, network)).status);
    if (n === 5) await advance({ minutes: 1 });
  }
  expect(tried).toEqual([...Array(10).fill(401), 429, 429]);
  await advance({ minutes: 1 });
  const neighbour = { [ADDRESS_HEADER]: "2001:db8:eeee:1::2" };
  expect((await guess("person99@example.test", { ...neighbour })).status).toBe(429);
  expect((await guess(email, { ...neighbour }, PASSWORD)).status).toBe(200);
  expect((await guess(email, aNetwork(), PASSWORD)).status).toBe(200);
});

test("A7: behind one address with many who fail, a right password gets in, unless its own account is guessed at", async () => {
  const [{ email }, attacked] = [await anAccount(), await anAccount()];
  const office = aNetwork();
  const failed: Got[] = [];
  // A new minute each, so that the limit of requests is not reached here.
  for (const round of ["a", "b"]) {
    failed.push(...(await many(6, (n) => guess(`colleague-${round}${n}@example.test`, office))));
    await advance({ minutes: 1 });
  }
  expect(failed.filter(({ status }) => status === 429)).toHaveLength(2);
  await many(2, () => guess(attacked.email, office));
  const [right, wrong] = [await guess(email, office, PASSWORD), await guess(attacked.email, office, PASSWORD)];
  expect([right.status, wrong.status]).toEqual([200, 429]);
  // A stranger who guesses learns nothing: the refusal of a wrong password equals that of an unchecked one.
  expect((await guess(email, office)).status).toBe(429);
});

test("A7: the owner signs in from a browser that is known, however hard somebody guesses", async () => {
  const { email } = await anAccount();
  const known = await signedIn(email);
  await many(6, () => guess(email, aNetwork()));
  expect((await guess(email, { ...known, ...aNetwork() }, PASSWORD)).status).toBe(200);
});

test("an office of any size signs in from one network: a success does not count as a guess", async () => {
  const people = await Promise.all(Array.from({ length: 12 }, () => anAccount()));
  const network = aNetwork();
  const statuses: number[] = [];
  for (const { email } of people) {
    statuses.push((await guess(email, network, PASSWORD)).status);
    // A new minute, so that the limit of requests is not reached here.
    await advance({ seconds: 10 });
  }
  expect(statuses).toEqual(Array(12).fill(200));
});

test("the document of the API, the largest answer a stranger can ask for, is counted as everything else is", async () => {
  const network = aNetwork();
  const answers = await many(12, () => api("GET /openapi.json", undefined, { as: "none", headers: network }));
  expect(passed(answers)).toBe(10);
  expect((await api("GET /openapi.json", undefined, { as: "none", headers: aNetwork() })).status).toBe(200);
});
