/** Reading the audit: exactly the entries that were asked for, page by page, and as a file that is safe to open. */
import { expect, test } from "vitest";
import { execute, sql } from "#lib/database/sql";
import { aCallback, anAgent } from "#tests/factories/desk";
import { aSession, anAccount } from "#tests/factories/staff";
import { advance, db } from "#tests/setup/database";
import { api, refused } from "./api.ts";
import { asService } from "./call.ts";
import { aKey, asAgent, asSupervisor, ownPage } from "./signed-in.ts";

type Entry = { id: string; at: string; actor: string; action: string; subject: string; name: string | null };

async function read(query: string): Promise<Entry[]> {
  const { body, text } = await api(`GET /audit?${query}`, undefined, { headers: await asSupervisor() });
  expect(body.entries, text).toBeDefined();
  return body.entries as Entry[];
}

/** So many entries, all of this moment. */
async function entries(n: number): Promise<void> {
  await execute(
    db,
    sql`INSERT INTO audit_entries (at, actor, action, subject)
        SELECT ringback_now(), 'service', 'thing.done', 'thing ' || n FROM generate_series(1, ${n}::int) n`,
  );
}

test("each filter lets through what it names: actor, action, subject, and from inclusive to exclusive", async () => {
  const { id } = await anAccount();
  const headers = { ...ownPage, cookie: await aSession(id) };
  const ann = await anAgent();
  const second = await advance({ hours: 1 });
  await api("POST /keys", { name: "Dialler", scopes: ["queue:read"] }, { headers });
  const third = await advance({ hours: 1 });
  await aCallback({ preferredAgentId: ann });
  const [first, made, promised] = [`agent ${ann}`, "key 1", "callback 1"];
  const subjects = async (query: string) => (await read(query)).map(({ subject }) => subject);
  expect(await subjects("")).toEqual([promised, made, first]);
  expect(await subjects(`actor=${encodeURIComponent(`supervisor ${id}`)}`)).toEqual([made]);
  expect(await subjects("action=callback.created")).toEqual([promised]);
  expect(await subjects("subject=agent%201")).toEqual([first]);
  expect(await subjects(`from=${second.toISOString()}`)).toEqual([promised, made]);
  expect(await subjects(`to=${third.toISOString()}`)).toEqual([made, first]);
  expect(await subjects(`from=${second.toISOString()}&to=${third.toISOString()}`)).toEqual([made]);
  expect(await subjects("actor=service&action=key.made")).toEqual([]);
  expect(await subjects("action=%25")).toEqual([]);
});

test("without a time it is the last 24 hours", async () => {
  await anAgent();
  await advance({ hours: 24 });
  expect(await read("")).toHaveLength(1);
  await advance({ milliseconds: 1 });
  expect(await read("")).toEqual([]);
});

test.each([
  "from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:01Z",
  "from=2026-01-01T00:00:00Z",
  "from=2026-03-02T09:00:00Z&to=2026-03-02T08:00:00Z",
  "from=yesterday",
  "from=2026-03-02",
  "limit=0",
  "limit=1001",
  "cursor=x",
  "cursor=1.b2",
  "cursor=9999999999999999.a1",
  "who=me",
])("?%s is refused", async (query) => {
  await refused(`GET /audit?${query}`, undefined, [400, "invalid_input"], { headers: await asSupervisor() });
  const ofFile = query.replace("limit=1001", "limit=5001");
  await refused(`GET /audit/csv?${ofFile}`, undefined, [400, "invalid_input"], { headers: await asSupervisor() });
});

test("paging shows each entry once, however many are of one moment and however many come meanwhile", async () => {
  await entries(25);
  await aCallback();
  await advance({ milliseconds: 1 });
  await entries(12);
  const headers = await asSupervisor();
  const seen: string[] = [];
  const all = (await read("limit=1000")).map(({ id }) => id);
  for (let cursor = ""; ; ) {
    const { body } = await api(`GET /audit?limit=7${cursor}`, undefined, { headers });
    seen.push(...(body.entries as Entry[]).map(({ id }) => id));
    if (body.nextCursor === null) break;
    cursor = `&cursor=${body.nextCursor}`;
    await advance({ seconds: 1 });
    await entries(3);
  }
  expect(seen).toEqual(all);
  expect(new Set(seen).size).toBe(38);
});

test("the newest comes first", async () => {
  await entries(1);
  await advance({ milliseconds: 1 });
  await entries(1);
  const times = (await read("")).map(({ at }) => at);
  expect(times).toEqual(times.toSorted().toReversed());
});

/** The cells of a file as a spreadsheet reads them (RFC 4180). */
function cellsOf(text: string): string[][] {
  expect(text.endsWith("\r\n")).toBe(true);
  return text
    .slice(0, -2)
    .split("\r\n")
    .map((line) => [...line.matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map(([, cell]) => cell!.replaceAll('""', '"')));
}

test("the file has headings and the entries of the page, each in one line", async () => {
  const headers = await asSupervisor();
  await api("POST /keys", { name: 'Dial "one", please', scopes: ["queue:read"] }, { headers });
  await api("GET /queue", undefined, { headers: await aKey(["agents:read"]) });
  const { text, headers: sent } = await api("GET /audit/csv", undefined, { headers });
  expect(sent.get("content-type")).toBe("text/csv; charset=utf-8");
  expect(sent.get("content-disposition")).toContain("audit.csv");
  const [headings, ...rows] = cellsOf(text);
  expect(headings).toEqual(["at", "actor", "name", "action", "subject", "details"]);
  const listed = await read("");
  expect(rows.map(([at, actor, name, action, subject]) => ({ at, actor, name, action, subject }))).toEqual(
    listed.map(({ at, actor, name, action, subject }) => ({ at, actor, name: name ?? "", action, subject })),
  );
  expect(JSON.parse(rows.find(([, , , action]) => action === "key.made")?.[5] ?? "")).toEqual({
    scopes: [expect.any(String)],
  });
});

test("the file holds the whole period, and one that was cut says up to when", async () => {
  await anAgent();
  const [first] = await read("");
  await advance({ milliseconds: 1 });
  await entries(1_203);
  const headers = await asSupervisor();
  const rows = async (query: string) =>
    cellsOf((await api(`GET /audit/csv${query}`, undefined, { headers })).text).slice(1);
  const whole = await rows("");
  expect(whole).toHaveLength(1_204);
  expect(whole.at(-1)).toContain(first!.subject);
  const cut = await rows("?limit=1203");
  expect(cut).toHaveLength(1_204);
  expect(cut.at(-1)).toEqual([
    cut.at(-2)![0],
    "",
    "",
    "",
    "",
    "Older entries are not in this file; export the time until then as well.",
  ]);
});

test("the file says that it is UTF-8, so that a spreadsheet shows the letters of Zoë", async () => {
  const { GET } = await import("../../app/api/audit/csv/route.ts");
  const request = new Request("http://localhost:3000/api/audit/csv", { headers: await asSupervisor() });
  const answer = await GET(request, { params: Promise.resolve({}) });
  expect(
    Buffer.from(await answer.arrayBuffer())
      .subarray(0, 4)
      .toString("hex"),
  ).toBe("efbbbf22");
});

test.each(["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "＝1+1", "＠SUM(A1)"])(
  "somebody called %s is text in the file, not a formula",
  async (name) => {
    const headers = await asSupervisor();
    const { body } = await api("POST /keys", { name, scopes: ["queue:read"] }, { headers });
    await api("GET /agents", undefined, { headers: { authorization: `Bearer ${body.key}` } });
    const { text } = await api("GET /audit/csv?actor=key%201", undefined, { headers });
    expect(cellsOf(text)[1]?.[2]).toBe(`'${name}`);
    for (const cell of cellsOf(text).flat()) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
  },
);

test("A1: agents and machine clients read no audit", async () => {
  const headers = await asAgent(await anAgent());
  for (const address of ["/audit", "/audit/csv"]) {
    await refused(`GET ${address}`, undefined, [403, "forbidden"], { headers });
    await refused(`GET ${address}`, undefined, [403, "forbidden"], { headers: asService });
    await refused(`GET ${address}`, undefined, [403, "forbidden"], { headers: await aKey(["debug:read"]) });
    await refused(`GET ${address}`, undefined, [401, "unauthenticated"], { as: "none" });
  }
});

test("actors are found by letters of the name, and by their stored form", async () => {
  const { id } = await anAccount();
  await execute(db, sql`UPDATE staff_accounts SET name = 'Maya Lindqvist' WHERE id = ${id}`);
  await api(
    "POST /keys",
    { name: "Dialler", scopes: ["queue:read"] },
    { headers: { ...ownPage, cookie: await aSession(id) } },
  );
  for (const actor of ["maya", "Lindqvist", `supervisor ${id}`])
    expect(
      (await read(`actor=${encodeURIComponent(actor)}`)).map(({ action }) => action),
      actor,
    ).toEqual(["key.made"]);
  expect(await read("actor=nobody")).toEqual([]);
});
