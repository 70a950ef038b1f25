/** @module-tag long */
import { beforeAll, beforeEach, expect, test } from "vitest";
import { untilAnswered } from "#tests/factories/at-once";
import { anAgent } from "#tests/factories/desk";
import { aSession, anAccount } from "#tests/factories/staff";
import { advance } from "#tests/setup/database";
import { ownPage } from "../routes/signed-in.ts";
import { ask, type Instance, serveInstances } from "./instances.ts";

const LIMIT = 10;
const REQUESTS = 60;

let one: Instance;
let two: Instance;

beforeAll(async () => {
  [one, two] = (await serveInstances(2, { REQUESTS_PER_MINUTE: String(LIMIT) })) as [Instance, Instance];
});

// An instance remembers callers over the limit until the minute ends by its own clock, so each test has a new caller.
let desk: number;
let account: { id: string };
beforeEach(async () => {
  desk = await anAgent();
  account = await anAccount({ agentId: desk });
});

type Headers = Record<string, string>;
const browser = async (): Promise<Headers> => ({ ...ownPage, cookie: await aSession(account.id) });

/** The same request many times at once, half of it at each instance. */
async function flood(request: string, headers: (n: number) => Headers): Promise<Map<number, number>> {
  const answers = await Promise.all(
    Array.from({ length: REQUESTS }, (_, n) =>
      untilAnswered(() => ask(n % 2 === 0 ? one : two, request, undefined, headers(n))),
    ),
  );
  for (const { status, headers, body } of answers.filter(({ status }) => status === 429)) {
    expect(Number(headers.get("retry-after")), String(status)).toBeGreaterThan(0);
    expect(Number(headers.get("retry-after"))).toBeLessThanOrEqual(60);
    expect(body.code).toBe("too_many_requests");
  }
  return new Map([...Map.groupBy(answers, ({ status }) => status)].map(([status, these]) => [status, these.length]));
}

test("A7: of 60 requests at once of one signed-in person exactly 10 are answered by two instances together", async () => {
  const [first, second] = [await browser(), await browser()];
  const seen = await flood("GET /me", (n) => (n % 4 < 2 ? first : second));
  expect(seen).toEqual(
    new Map([
      [200, LIMIT],
      [429, REQUESTS - LIMIT],
    ]),
  );
  // It does not delay another person.
  account = await anAccount();
  expect((await ask(one, "GET /me", undefined, await browser())).status).toBe(200);
});

test("A7: a new minute is a new count, and the instance that knew of no excess counts on", async () => {
  const headers = await browser();
  for (let n = 0; n < LIMIT; n += 1) expect((await ask(one, "GET /me", undefined, headers)).status).toBe(200);
  await advance({ minutes: 1 });
  expect((await ask(two, "GET /me", undefined, headers)).status).toBe(200);
});

test("A6: a person who signs out at one instance is refused at the other at once", async () => {
  const headers = await browser();
  expect((await ask(two, "GET /me", undefined, headers)).status).toBe(200);
  expect((await ask(one, "POST /sign-out", {}, headers)).status).toBe(200);
  const { status, body } = await ask(two, "GET /me", undefined, headers);
  expect([status, body.code]).toEqual([401, "unauthenticated"]);
});

test("A6: a person who is disabled at one instance is refused at the other at once, also with a valid copy in the cookie", async () => {
  const headers = await browser();
  const { headers: sent } = await ask(two, "GET /me", undefined, headers);
  const copies = sent.getSetCookie().map((line) => line.split(";", 1)[0]);
  const copied = { ...headers, cookie: [headers.cookie, ...copies].join("; ") };
  expect(copied.cookie).toContain("session_data=");
  const supervisor = { ...ownPage, cookie: await aSession((await anAccount()).id) };
  expect((await ask(one, `PATCH /staff/${account.id}`, { isDisabled: true }, supervisor)).status).toBe(200);
  expect((await ask(two, "GET /me", undefined, copied)).status).toBe(401);
});

test("A6: an API key that is revoked at one instance is refused at the other at once", async () => {
  const supervisor = { ...ownPage, cookie: await aSession((await anAccount()).id) };
  const { body } = await ask(one, "POST /keys", { name: "reports", scopes: ["queue:read"] }, supervisor);
  const key = { authorization: `Bearer ${body.key}` };
  expect((await ask(two, "GET /queue", undefined, key)).status).toBe(200);
  expect((await ask(one, `DELETE /keys/${body.id}`, undefined, supervisor)).status).toBe(200);
  expect((await ask(two, "GET /queue", undefined, key)).status).toBe(401);
});

// This test is last, because afterwards both instances refuse unknown callers until the minute ends.
test("A7: a forged x-forwarded-for, or a header that looks like our own, buys nobody a second count", async () => {
  const seen = await flood("POST /welcome", (n) => ({
    ...ownPage,
    "x-forwarded-for": `203.0.113.${n}, 198.51.100.${n}`,
    "x-real-ip": `203.0.113.${n}`,
    "x-ringback-address": `203.0.113.${n}`,
    forwarded: `for=203.0.113.${n}`,
  }));
  expect(seen).toEqual(
    new Map([
      [400, LIMIT],
      [429, REQUESTS - LIMIT],
    ]),
  );
});
