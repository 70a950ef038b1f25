/** API keys from the moment they are made until after they are revoked. */
import { expect, test } from "vitest";
import { z } from "zod";
import { query, sql } from "#lib/database/sql";
import { anAgent } from "#tests/factories/desk";
import { advance, db, START } from "#tests/setup/database";
import { api, refused } from "./api.ts";
import { asService, lines } from "./call.ts";
import { aKey, asAgent, asSupervisor } from "./signed-in.ts";

type Key = { id: number; key?: string; lastUsedAt: string | null; revokedAt: string | null };
const KEY = { name: "Dialler", scopes: ["callbacks:read"] };

async function listed(headers: Record<string, string>): Promise<Key[]> {
  return (await api("GET /keys", undefined, { headers })).body.keys as Key[];
}

/** The tables in which some row holds this text in some column. */
async function tablesWith(text: string): Promise<string[]> {
  const rows = await query(
    db,
    z.object({ name: z.string() }),
    sql`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'
        AND query_to_xml(format('SELECT 1 FROM %I t WHERE strpos(t::text, %L) > 0', tablename, ${text}::text), true, true, '')::text LIKE '%<row%'`,
  );
  return rows.map(({ name }) => name);
}

test("a key is shown once: no table, no log line and no later answer has it", async () => {
  const headers = await asSupervisor();
  const made = await api("POST /keys", KEY, { headers: { ...headers, "idempotency-key": "make-1" } });
  const { key = "" } = made.body as Key;
  expect(key).toMatch(/^rbk_[\w-]{43}$/);
  await api("GET /callbacks", undefined, { headers: { authorization: `Bearer ${key}` } });
  expect(await tablesWith(key.slice(0, 8))).toEqual(["api_keys"]);
  expect(await tablesWith(key.slice(8))).toEqual([]);
  expect(lines.join("")).not.toContain(key.slice(8));
  const later = [await api("GET /keys", undefined, { headers }), await api("GET /audit", undefined, { headers })];
  for (const { text } of later) expect(text).not.toContain(key.slice(8));
  expect((await api("DELETE /keys/1", undefined, { headers })).text).not.toContain(key.slice(8));
});

test("two keys are never the same, also when their names are", async () => {
  const headers = await asSupervisor();
  const keys = await Promise.all([1, 2].map(async () => (await api("POST /keys", KEY, { headers })).body as Key));
  expect(new Set(keys.map(({ key }) => key)).size).toBe(2);
  expect((await listed(headers)).map(({ id }) => id)).toEqual([2, 1]);
});

test("a key opens what its scopes name, and nothing else", async () => {
  const headers = await aKey(["agents:read", "queue:read"]);
  expect((await api("GET /agents", undefined, { headers })).status).toBe(200);
  expect((await api("GET /queue", undefined, { headers })).status).toBe(200);
  await refused("POST /agents", {}, [403, "forbidden"], { headers });
  await refused("POST /queue/next", {}, [403, "forbidden"], { headers });
  await refused("GET /callbacks", undefined, [403, "forbidden"], { headers });
});

test("a scope that does not reach says which one would", async () => {
  const headers = await aKey(["agents:read"]);
  const { body } = await api("POST /callbacks/accept", {}, { headers });
  expect(body.detail).toContain("callbacks:write");
});

test.each([
  ["no scope", { ...KEY, scopes: [] }],
  ["an unknown scope", { ...KEY, scopes: ["keys:write"] }],
  ["a scope of the other kind", { ...KEY, scopes: ["calls:read"] }],
  ["a pattern", { ...KEY, scopes: ["*"] }],
  ["scopes that are no list", { ...KEY, scopes: "callbacks:read" }],
  ["no name", { scopes: KEY.scopes }],
  ["a name of spaces", { ...KEY, name: "   " }],
  ["a name that is too long", { ...KEY, name: "x".repeat(101) }],
  ["a key of the caller's choice", { ...KEY, key: "rbk_mine" }],
])("a key with %s is refused", async (_, body) => {
  await refused("POST /keys", body, [400, "invalid_input"], { headers: await asSupervisor() });
});

test("the same scope twice is the same as once", async () => {
  const scopes = ["queue:read", "queue:read"];
  const { body } = await api("POST /keys", { ...KEY, scopes }, { headers: await asSupervisor() });
  expect(body.scopes).toEqual(["queue:read"]);
});

test("A8: no key is made without a supervisor's session", async () => {
  const agent = { headers: await asAgent(await anAgent()) };
  await refused("POST /keys", KEY, [403, "forbidden"], agent);
  await refused("POST /keys", KEY, [403, "forbidden"], { headers: asService });
  await refused("POST /keys", KEY, [403, "forbidden"], { headers: await aKey(["agents:write"]) });
  await refused("POST /keys", KEY, [401, "unauthenticated"], { as: "none" });
});

test("every request after the answer to a revocation is refused, however much the key is in use", async () => {
  const key = await aKey(["callbacks:read"]);
  const headers = await asSupervisor();
  const use = () => api("GET /callbacks", undefined, { headers: key });
  const statusesOf = async (asked: ReturnType<typeof use>[]) => (await Promise.all(asked)).map(({ status }) => status);
  const meanwhile = Array.from({ length: 15 }, use);
  const revoking = api("DELETE /keys/1", undefined, { headers });
  meanwhile.push(...Array.from({ length: 15 }, use));
  expect((await revoking).status).toBe(200);
  const after = Array.from({ length: 15 }, use);
  expect(new Set(await statusesOf(after))).toEqual(new Set([401]));
  for (const status of await statusesOf(meanwhile)) expect([200, 401]).toContain(status);
});

test("the last use is shown, at most a minute old", async () => {
  const headers = await asSupervisor();
  const { key } = (await api("POST /keys", KEY, { headers })).body as Key;
  const lastUse = async () => (await listed(headers))[0]?.lastUsedAt;
  const use = () => api("GET /callbacks", undefined, { headers: { authorization: `Bearer ${key}` } });
  expect(await lastUse()).toBeNull();
  await use();
  expect(await lastUse()).toBe(START.toISOString());
  await advance({ seconds: 59 });
  await use();
  expect(await lastUse()).toBe(START.toISOString());
  const minuteLater = await advance({ seconds: 1 });
  await use();
  expect(await lastUse()).toBe(minuteLater.toISOString());
});

test("a revoked key is used by nobody: its last use stays what it was", async () => {
  const key = await aKey(KEY.scopes);
  const headers = await asSupervisor();
  await api("DELETE /keys/1", undefined, { headers });
  await advance({ minutes: 5 });
  await refused("GET /callbacks", undefined, [401, "unauthenticated"], { headers: key });
  expect((await listed(headers))[0]).toMatchObject({ lastUsedAt: START.toISOString(), revokedAt: START.toISOString() });
});

test("revoking twice is revoking once: the time stays, and the audit has one entry", async () => {
  await aKey(KEY.scopes);
  const [one, two] = [await asSupervisor(), await asSupervisor()];
  const both = await Promise.all([one, two].map((headers) => api("DELETE /keys/1", undefined, { headers })));
  await advance({ minutes: 5 });
  const again = await api("DELETE /keys/1", undefined, { headers: one });
  for (const { status, body } of [...both, again]) expect([status, body.revokedAt]).toEqual([200, START.toISOString()]);
  const { body } = await api("GET /audit?action=key.revoked", undefined, { headers: one });
  expect(body.entries).toMatchObject([{ subject: "key 1" }]);
});

test("a key that never was cannot be revoked", async () => {
  await refused("DELETE /keys/77", undefined, [404, "not_found"], { headers: await asSupervisor() });
});
