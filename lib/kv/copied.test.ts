/** Copies in Redis when something breaks between the two; what holds without faults is in lib/kv.test.ts. */
import { inspect } from "node:util";
import { http, HttpResponse } from "msw";
import { describe, expect, test } from "vitest";
import type { Kv } from "#lib/kv";
import { copied } from "#lib/kv/copied";
import { redisCopies } from "#lib/kv/copy";
import { KvError } from "#lib/kv/error";
import { hasRedis } from "#tests/fakes/redis-rest";
import { advance, START } from "#tests/setup/database";
import { openCopied, openCopies, openTable, pool, rest, table } from "#tests/setup/kv";
import { server } from "#tests/setup/network";

const DAY = 86_400_000;
const time = { now: START, expiresAt: new Date(START.getTime() + DAY) };
const expiresAt = time.expiresAt.toISOString();
const keysOf = (count: number) => Array.from({ length: count }, (_, i) => `k${i}`);
const copyOf = async (key: string) => JSON.parse(String(await rest().redis("GET", key))) as Record<string, unknown>;
const held = (version: number, leftMs = DAY) => ({ stored: { version, expiresAt, of: version }, leftMs });
const dueCount = async () =>
  Number((await pool.query("SELECT count(*) FROM kept_documents WHERE copy_due_at <= ringback_now()")).rows[0].count);

describe.skipIf(!hasRedis)("copies in Redis:", () => {
  test("each change is in the copy before its caller hears of it, and reading asks Redis and no table", async () => {
    await openCopied().create("k", { a: 1 }, time);
    await openCopied().change("k", { b: [] });
    expect(await copyOf("k")).toEqual({ a: 1, b: [], version: 2, expiresAt });
    const noTable = new Proxy(table, { get: () => () => Promise.reject(new Error("The table was asked.")) });
    expect(await copied(noTable, openCopies()).get("k")).toEqual({ a: 1, b: [], version: 2, expiresAt });
  });

  test.each<[string, (kv: Kv) => Promise<unknown>]>([
    ["create", (kv) => kv.create("new", { a: 1 }, time)],
    ["get", (kv) => kv.get("k")],
    ["change", (kv) => kv.change("k", { b: 2 }, { a: 1 })],
    ["a change that does not fit", (kv) => kv.change("k", { b: 2 }, { a: 2 })],
  ])("with Redis away %s is answered as without it, and the copies are right when it is back", async (_name, act) => {
    await openCopied().create("k", { a: 1 }, time);
    await rest().kill();
    const answered = await act(openCopied());
    const stored = await Promise.all(["k", "new"].map((key) => table.get(key)));
    expect(answered).not.toBeNull();
    await expect(openCopied().sync()).rejects.toBeInstanceOf(KvError);
    await rest().restart();
    await openCopied().sync();
    for (const [i, key] of ["k", "new"].entries()) {
      expect(await openCopies().get(key)).toEqual(stored[i]);
      expect(await openCopied().get(key)).toEqual(stored[i]);
    }
    expect(await dueCount()).toBe(0);
  });

  test("a Redis that dies, answers nonsense or says nothing in the middle of a change refuses nobody anything", async () => {
    await openCopied().create("k", { n: 0 }, time);
    for (const [n, fault] of (["server error", "garbage", { delayMs: 60_000 }, "killed"] as const).entries()) {
      rest().fail(fault);
      expect(await openCopied().change("k", { n })).toMatchObject({ outcome: "changed", stored: { n } });
    }
    expect(await table.get("k")).toMatchObject({ n: 3, version: 5 });
    await rest().restart();
    expect(await openCopied().sync()).toBe(1);
    expect(await copyOf("k")).toMatchObject({ n: 3, version: 5 });
  });

  test("after a fault Redis is left alone for a while, and one line is said of it", async () => {
    const faults: KvError[] = [];
    const kv = copied(table, openCopies(), (fault) => void faults.push(fault));
    await kv.create("k", {}, time);
    rest().executed.splice(0);
    rest().fail("server error");
    for (let n = 0; n < 5; n += 1) await kv.change("k", { n });
    expect(await kv.get("k")).toMatchObject({ n: 4 });
    expect([faults.length, rest().executed.length]).toEqual([1, 0]);
  });

  test("a process that dies between a change and its copy leaves it to the next sweep", async () => {
    const dying = copied(openTable(), { ...openCopies(), put: () => Promise.reject(new Error("died")) });
    await openCopied().create("k", { a: 1 }, time);
    await expect(dying.change("k", { a: 2 })).rejects.toThrow("died");
    expect(await openCopied().sync()).toBe(1);
    expect(await openCopied().get("k")).toMatchObject({ a: 2, version: 2 });
  });

  test("an answer that was lost is asked for again, and the copy is written once", async () => {
    rest().fail("answer lost");
    await openCopied().create("k", { a: 1 }, time);
    expect(await copyOf("k")).toMatchObject({ a: 1, version: 1 });
  });

  test("of versions written in any order the newest stays, with no more time than it has", async () => {
    await Promise.all([4, 2, 9, 1, 7, 3, 8, 6, 5].map((version) => openCopies().put("k", held(version))));
    expect(await openCopies().get("k")).toMatchObject({ version: 9 });
    expect(await openCopies().put("k", held(10, 0.5))).toBe(false);
    expect(await openCopies().put("k", held(10, 20_000.9))).toBe(true);
    const left = Number(await rest().redis("PTTL", "k"));
    expect(left).toBeLessThanOrEqual(20_000);
  });

  test("what was dropped is not written again by who was slow, and is by who knows more", async () => {
    await openCopies().put("k", held(3));
    await openCopies().drop("k", 4, DAY);
    expect(await rest().redis("EXISTS", "k")).toBe(0);
    expect(await openCopies().put("k", held(3))).toBe(false);
    await openCopies().drop("k", 2, DAY);
    expect(await openCopies().put("k", held(3))).toBe(false);
    expect(await openCopies().get("k")).toBeNull();
    expect(await openCopies().put("k", held(5))).toBe(true);
  });

  test("a copy beside which no version lies, or another, is not believed", async () => {
    await openCopied().create("k", { a: 1 }, time);
    await rest().redis("SET", "k", JSON.stringify({ a: "foreign", version: 1, expiresAt }));
    await rest().redis("DEL", "version:{k}");
    expect(await openCopied().get("k")).toMatchObject({ a: 1 });
    expect(await copyOf("k")).toMatchObject({ a: 1 });
  });

  test("when Redis has lost everything, documents are read as if nothing had happened, and lie there again", async () => {
    await openCopied().create("k", { a: 1 }, time);
    await rest().redis("FLUSHALL");
    expect(await openCopied().get("k")).toMatchObject({ a: 1 });
    expect(await copyOf("k")).toMatchObject({ a: 1 });
  });

  test("of 1,100 copies that are missing or old a sweep writes each, and the next has nothing to do", async () => {
    const keys = keysOf(1_100);
    await Promise.all(keys.map((key) => openTable().create(key, { key }, time)));
    expect(await openCopied().sync()).toBe(1_100);
    expect(await dueCount()).toBe(0);
    for (const key of keys.slice(0, 3)) expect(await copyOf(key)).toMatchObject({ key });
    expect(await openCopied().sync()).toBe(0);
  });

  test("what a Redis held before it came back is brought up to date within the hour, by the next change at once", async () => {
    const kv = openCopied();
    await kv.create("k", { n: 0 }, time);
    const before = [String(await rest().redis("GET", "k")), String(await rest().redis("GET", "version:{k}"))] as const;
    await kv.change("k", { n: 1 });
    await kv.sync();
    const comesBack = async () => {
      await rest().redis("SET", "k", before[0], "PX", "60000");
      await rest().redis("SET", "version:{k}", before[1], "PX", "60000");
    };
    await comesBack();
    await advance({ hours: 1 });
    expect(await openCopied().sync()).toBe(1);
    expect(await copyOf("k")).toMatchObject({ n: 1 });
    await comesBack();
    await openCopied().change("k", { n: 2 });
    expect(await copyOf("k")).toMatchObject({ n: 2, version: 3 });
  });

  test("W9: of a Redis of another database, or of a database restored from a backup, nothing enters the table", async () => {
    const kv = openCopied();
    await kv.create("k", { of: "this" }, time);
    const rows = async () => (await pool.query("SELECT key, value FROM kept_documents ORDER BY key")).rows;
    // A later state of the same key, and keys that were never given out here.
    await openCopies().put("k", { stored: { version: 7, expiresAt, of: "that" }, leftMs: DAY });
    for (const key of keysOf(20)) await openCopies().put(key, held(3));
    const before = await rows();
    await openCopied().sync();
    await openCopied().get("k0");
    expect(await openCopied().change("k1", { a: 1 })).toBeNull();
    expect(await rows()).toEqual(before);
    expect(await openCopied().get("k")).toMatchObject({ of: "this", version: 1 });
    await openCopied().change("k", { of: "this, changed" }, { of: "this" });
    expect(await openCopied().get("k")).toMatchObject({ of: "this, changed", version: 2 });
  });

  test("what has expired by the clock of the table is changed by nobody, and its copy goes with the next sweep", async () => {
    await openCopied().create("k", { pending: true }, time);
    await openCopied().sync();
    await advance({ days: 1 });
    expect(await openCopied().change("k", { pending: false }, { pending: true })).toBeNull();
    await openCopied().sync();
    expect(await rest().redis("EXISTS", "k")).toBe(0);
    expect(await openCopied().get("k")).toBeNull();
    expect((await pool.query("SELECT copy_due_at FROM kept_documents")).rows).toEqual([{ copy_due_at: null }]);
  });

  test("while Redis loses everything again and again no change is lost, and the copies agree after a sweep", async () => {
    const keys = keysOf(4);
    for (const key of keys) await openCopied().create(key, { key }, time);
    const write = async (writer: number) => {
      for (let round = 0; round < 5; round += 1) {
        for (const key of keys) {
          if (writer === 0) await rest().redis("FLUSHALL");
          if (writer === 1) await openCopied().sync();
          await openCopied().get(key);
          await openCopied().change(key, { [`w${writer}r${round}`]: true });
        }
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer)));
    await openCopied().sync();
    for (const key of keys) {
      const stored = await table.get(key);
      expect(Object.keys(stored!).filter((name) => /^w\dr\d$/.test(name))).toHaveLength(40);
      expect(await openCopied().get(key)).toEqual(stored);
    }
  });

  test("without a Redis a change says all the same that a copy from before is due", async () => {
    await openCopied().create("k", { a: 1 }, time);
    await openCopied().sync();
    await table.change("k", { a: 2 });
    expect(await dueCount()).toBe(1);
    await table.create("l", {}, time);
    expect(await dueCount()).toBe(1);
  });

  test("a wrong token is refused, and health can say so", async () => {
    const kv = copied(table, redisCopies({ url: rest().url, token: "another" }));
    expect(await kv.fault()).toBe("The key-value store refused what it was told.");
    expect(await openCopied().fault()).toBeNull();
  });
});

const SECRETS = { token: "token-kanarie", path: "path-kanarie", key: "key-kanarie", value: "value-kanarie" };
const url = `https://kv.example.test/${SECRETS.path}`;
const page = `<html>${Object.values(SECRETS)}</html>`;

const failing = ({ request }: { request: Request }) => {
  const answer = { error: `ERR ${page}` };
  return HttpResponse.json(request.url.endsWith("/pipeline") ? [answer] : answer);
};

test.each([
  ["the network fails", "unreachable", () => HttpResponse.error()],
  ["500 and a page", "garbled", () => HttpResponse.html(page, { status: 500 })],
  ["500 and words", "refused", () => HttpResponse.json({ error: `ERR ${page}` }, { status: 500 })],
  ["400 and words", "refused", () => HttpResponse.json({ error: `ERR ${page}` }, { status: 400 })],
  ["the command fails", "refused", failing],
  ["200 and a page", "garbled", () => HttpResponse.html(page)],
  ["200 and another shape", "garbled", () => HttpResponse.json({ result: page })],
  ["200 and no answer to the command", "garbled", () => HttpResponse.json([])],
  ["200 and an answer of another shape", "garbled", () => HttpResponse.json([{ result: btoa(page) }])],
] as const)("when %s, the error is %s and holds nothing of what was sent or answered", async (_what, kind, answer) => {
  server.use(http.post(`${url}/pipeline`, answer), http.post(url, answer));
  const copies = redisCopies({ url, token: SECRETS.token });
  const { key, value } = SECRETS;
  const work = [
    () => copies.get(key),
    () => copies.put(key, { stored: { version: 1, expiresAt, value }, leftMs: 1_000 }),
    () => copies.drop(key, 1, 1_000),
    () => copies.versions([key]),
  ];
  for (const one of work) {
    const error: unknown = await one().then(String, (fault: unknown) => fault);
    expect(error).toMatchObject({ name: "KvError", kind });
    const { message, stack } = error as Error;
    const said = [message, stack, inspect(error, { depth: 9, showHidden: true }), JSON.stringify(error)].join();
    for (const secret of [...Object.values(SECRETS), "html", "example.test"]) expect(said).not.toContain(secret);
  }
});

test("an address that is none is refused without being repeated", () => {
  expect(() => redisCopies({ url: "redis://kanarie", token: "t" })).toThrow(new KvError("refused"));
});
