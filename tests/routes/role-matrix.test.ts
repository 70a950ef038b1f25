/** Every operation of every route, requested by every kind of caller, compared with the letters of docs/api.md. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { conversationToken } from "#lib/identity/conversation-token";
import { scopesOf } from "#lib/http/authenticate";
import { SCOPES } from "../../modules/access/rules.ts";
import { execute, sql } from "#lib/database/sql";
import { anAgent } from "#tests/factories/desk";
import { signedFor } from "#tests/factories/signing";
import { aSession, anAccount } from "#tests/factories/staff";
import { db } from "#tests/setup/database";
import { METRICS_TOKEN } from "#tests/setup/secrets";
import { api, everyRow, routes } from "./api.ts";
import { asCron, asService } from "./call.ts";
import { aKey, asAgent, asSupervisor, ownPage, withCopy } from "./signed-in.ts";

// No rate limit refuses a caller here.
process.env.REQUESTS_PER_MINUTE = "1000000";

type Headers = Record<string, string>;
/** Unknown at all other routes: a signature counts only where a route asks for it. */
const STRANGERS = ["unknown", "W", "R"];
/** Names the sender that signs each body; no code reads this header. */
const SIGNS = "x-signs";
const asSubscriber = (conversationId: string) => ({
  authorization: `Bearer ${conversationToken(conversationId, new Date("2100-01-01"))}`,
});

const letters = new Map(
  [...readFileSync("docs/api.md", "utf8").matchAll(/^\| ([A-Z]+) `\/api(\S+)` +\| ([CSMAVHWR -]+?) +\|/gm)].map(
    ([, method, address, who]) => [`${method} ${address}`, who!.split(" ")],
  ),
);
/** Signing out comes last, because every caller with that right loses the session by it. */
const operations = routes
  .flatMap(({ path, operations }) =>
    Object.entries(operations).map(([method, { scopes }]) => ({ path, method, scopes })),
  )
  .map((one) => ({ ...one, who: letters.get(`${one.method} ${one.path.replace(/:(\w+)/g, "{$1}")}`) ?? [] }))
  .sort((left, right) => Number(left.path === "/sign-out") - Number(right.path === "/sign-out"));
type Asked = (typeof operations)[number];

async function ask({ method, path }: Asked, headers: Headers): Promise<number> {
  const body = ["POST", "PUT", "PATCH"].includes(method) ? {} : undefined;
  const ended = { ...headers, ...(body && headers[SIGNS] && signedFor([headers[SIGNS]], "{}")) };
  const { status } = await api(`${method} ${path.replace(/:\w+/g, "1")}`, body, { headers: ended, as: "none" });
  return status;
}

/** The browser of somebody who was signed in until this happened. */
async function endedBy(what: (accountId: string, headers: Headers) => Promise<unknown>): Promise<Headers> {
  const { id } = await anAccount();
  const headers = await withCopy({ ...ownPage, cookie: await aSession(id) });
  await what(id, headers);
  return headers;
}

const expired = (id: string) =>
  execute(db, sql`UPDATE staff_sessions SET expires_at = clock_timestamp() WHERE account_id = ${id}`);
const signedOut = (_id: string, headers: Headers) => api("POST /sign-out", {}, { headers });
const disabled = (id: string) =>
  execute(db, sql`UPDATE staff_accounts SET disabled_at = clock_timestamp() WHERE id = ${id}`);

/** The callers, and their letters in the table of docs/api.md. */
const callers: { name: string; letter: string; headers: () => Promise<Headers> }[] = [
  { name: "nobody", letter: "unknown", headers: async () => ({}) },
  {
    name: "a wrong secret",
    letter: "unknown",
    headers: async () => ({ authorization: "Bearer wrong-secret-of-mine" }),
  },
  { name: "an expired session", letter: "unknown", headers: () => endedBy(expired) },
  { name: "a signed-out session", letter: "unknown", headers: () => endedBy(signedOut) },
  { name: "a disabled account", letter: "unknown", headers: () => endedBy(disabled) },
  { name: "an agent", letter: "A", headers: async () => withCopy(await asAgent(await anAgent())) },
  { name: "a supervisor", letter: "V", headers: async () => withCopy(await asSupervisor()) },
  { name: "the key of the environment", letter: "S", headers: async () => asService },
  { name: "an API key with every scope", letter: "S", headers: () => aKey(SCOPES) },
  { name: "the cron", letter: "C", headers: async () => asCron },
  {
    name: "a monitoring system",
    letter: "M",
    headers: async () => ({ authorization: `Bearer ${METRICS_TOKEN}` }),
  },
  { name: "the subscriber of conversation 1", letter: "H", headers: async () => asSubscriber("1") },
  { name: "Cursor, who signs", letter: "W", headers: async () => ({ [SIGNS]: "cursor" }) },
  { name: "a runner, who signs", letter: "R", headers: async () => ({ [SIGNS]: "runner" }) },
];

describe.each(callers)("$name", ({ letter, headers }) => {
  test("A1: gets past the door of exactly the routes of its letter in docs/api.md; all others refuse and write nothing", async () => {
    const mine = await headers();
    const isMine = ({ who }: Asked) => who.includes(letter) || who.includes("-");
    const before = await everyRow();
    for (const one of operations.filter((operation) => !isMine(operation))) {
      expect(await ask(one, mine), `${one.method} ${one.path}`).toBe(STRANGERS.includes(letter) ? 401 : 403);
    }
    expect(await everyRow()).toEqual(before);
    const allowed = operations.filter(isMine);
    for (const one of allowed) {
      expect([401, 403], `${one.method} ${one.path}`).not.toContain(await ask(one, mine));
    }
    expect(allowed.length).toBeGreaterThan(0);
  });
});

const ofServices = operations.filter(({ who }) => who.includes("S"));
const scopesNeeded = (one: Asked) => scopesOf(one.method, one.path, one);

test("A1: a key with every scope but the one of a route is refused there, and writes nothing", {
  tags: ["long"],
}, async () => {
  for (const missing of SCOPES) {
    const headers = await aKey(SCOPES.filter((scope) => scope !== missing));
    const before = await everyRow();
    const closed = ofServices.filter((one) => scopesNeeded(one).every((scope) => scope === missing));
    for (const one of closed) expect(await ask(one, headers), `${one.method} ${one.path}`).toBe(403);
    expect(await everyRow()).toEqual(before);
  }
});
