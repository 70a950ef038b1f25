/**
 * What is peculiar to Redis: texts are kept as they are, requests arrive twice, and the store is somebody else's
 * server.
 */
import { inspect } from "node:util";
import fc from "fast-check";
import { http, HttpResponse } from "msw";
import { describe, expect, test } from "vitest";
import { KvError } from "#lib/kv/error";
import { redisKv } from "#lib/kv/redis";
import { hasRedis } from "#tests/fakes/redis-rest";
import { START } from "#tests/setup/database";
import { openRedis, rest } from "#tests/setup/kv";
import { server } from "#tests/setup/network";

const time = { now: START, expiresAt: new Date(START.getTime() + 86_400_000) };
const expiresAt = time.expiresAt.toISOString();
const textAt = async (key: string) => String(await rest().redis("GET", key));

describe.skipIf(!hasRedis)("with a real Redis,", () => {
  test("a change replaces the texts of its fields and keeps every other text, in its place, byte by byte", async () => {
    const kv = openRedis();
    let count = 0;
    await fc.assert(
      fc.asyncProperty(anyDocument, anyDocument, async (document, patch) => {
        count += 1;
        const created = { ...document, version: 1, expiresAt };
        await kv.create(`k${count}`, document, time);
        await kv.change(`k${count}`, patch);
        const { version: _version, expiresAt: _expiresAt, ...given } = patch;
        const fields = new Map<string, unknown>(Object.entries(created));
        for (const [name, value] of Object.entries(given)) fields.set(name, value);
        fields.set("version", 2);
        const parts = [...fields].map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
        expect(await textAt(`k${count}`)).toBe(`{${parts.join(",")}}`);
      }),
      { numRuns: 300 },
    );
  });

  test("numbers of any precision and spaces inside values that others wrote stay as they are", async () => {
    const of = (version: number) =>
      `{"version":${version},"expiresAt":"2026","n":12345678901234567890.10,"list":[ ],"a":{"b": "}\\""}`;
    await rest().redis("SET", "k", `${of(1)}}`, "PX", "60000");
    await openRedis().change("k", { m: 1 });
    expect(await textAt("k")).toBe(`${of(2)},"m":1}`);
  });

  test.each(["[1]", "1", "x", "", '"a"', ' {"a":1}', '{ "a":1}', '{"a":1, "b":2}', '{"a":1', '{"a', '{"a":"', "{}}"])(
    "what is no document of ours is a fault, and is left as it is: %j",
    async (text) => {
      await rest().redis("SET", "k", text);
      await expect(openRedis().change("k", { a: 2 })).rejects.toBeInstanceOf(KvError);
      await expect(openRedis().get("k")).rejects.toMatchObject({ kind: "garbled" });
      expect(await textAt("k")).toBe(text);
    },
  );

  test("a request whose answer was lost is sent again, and what it did is done once and answered as it was", async () => {
    const kv = openRedis();
    rest().fail("answer lost");
    expect(await kv.create("k", { pending: true }, time)).toMatchObject({ outcome: "created", stored: { version: 1 } });
    rest().fail("answer lost");
    expect(await kv.change("k", { pending: false }, { pending: true })).toMatchObject({
      outcome: "changed",
      stored: { version: 2, pending: false },
    });
    expect(rest().executed).toHaveLength(4);
    expect(await kv.get("k")).toEqual({ pending: false, version: 2, expiresAt });
  });

  test("an operation is known by its id for a minute, whatever happens in between", async () => {
    const same = () => redisKv({ url: rest().url, token: rest().token, newId: () => "one" });
    await openRedis().create("k", {}, time);
    await same().change("k", { a: 1 });
    await openRedis().change("k", { a: 2 });
    expect(await same().change("k", { a: 1 })).toMatchObject({ outcome: "changed", stored: { a: 2, version: 3 } });
    const left = Number(await rest().redis("PTTL", "operation:{k}:one"));
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(60_000);
  });

  test("every call is one command and is carried out once; a script is sent as a whole only to a Redis that does not know it", async () => {
    const kv = openRedis();
    const everyCall = async (key: string) => {
      await kv.create(key, {}, time);
      await kv.change(key, {});
      await kv.get(key);
      expect(await kv.versions([key, "b", "c"])).toEqual([2, null, null]);
      expect(await kv.held(["b", key])).toMatchObject([null, { stored: { version: 2 } }]);
      expect(await kv.versions([])).toEqual([]);
      expect(await kv.held([])).toEqual([]);
    };
    const commands = () =>
      rest()
        .executed.splice(0)
        .map(([command]) => command);
    await rest().redis("SCRIPT", "FLUSH");
    await everyCall("a");
    expect(commands()).toEqual(Array.from({ length: 5 }, () => ["evalsha", "eval"]).flat());
    await everyCall("d");
    expect(commands()).toEqual(Array(5).fill("evalsha"));
  });

  test("following takes over only what is newer, and never makes a life longer", async () => {
    const kv = openRedis();
    const of = (version: number, leftMs: number) => ({ stored: { version, expiresAt }, leftMs });
    const left = async () => Number(await rest().redis("PTTL", "k"));
    expect(await kv.follow("k", of(1, 0.5))).toBe(false);
    expect(await kv.follow("k", of(2, 50_000.9))).toBe(true);
    expect(await kv.follow("k", of(2, 90_000))).toBe(false);
    expect(await kv.follow("k", of(1, 90_000))).toBe(false);
    expect(await kv.follow("k", of(3, 90_000))).toBe(true);
    expect(await left()).toBeLessThanOrEqual(50_000);
    expect(await kv.follow("k", of(1_000_000, 20_000))).toBe(true);
    expect(await left()).toBeLessThanOrEqual(20_000);
    expect(await kv.versions(["k"])).toEqual([1_000_000]);
  });

  test("scanning finds the keys with the prefix and takes no character of it for a pattern", async () => {
    const kv = openRedis();
    const prefix = "a*?[b]\\:";
    const keys = Array.from({ length: 1_200 }, (_, i) => `${prefix}${i}`);
    await Promise.all([...keys, "axyb:1", "a:1"].map((key) => kv.create(key, {}, time)));
    const found = new Set(await allOf(kv.scan(prefix)));
    expect([...found].sort()).toEqual([...keys].sort());
  });

  test.each([
    ["dies", ["killed"], "unreachable"],
    ["answers 500", ["server error"], "garbled"],
    ["answers with a page", ["garbage"], "garbled"],
    ["says nothing", [{ delayMs: 60_000 }], "unreachable"],
  ] as const)("a Redis that %s is a KvError", async (_how, faults, kind) => {
    const kv = openRedis();
    await kv.create("k", { a: 1 }, time);
    rest().fail(...faults);
    await expect(kv.change("k", { a: 2 })).rejects.toMatchObject({ name: "KvError", kind });
  });

  test("a wrong token is refused", async () => {
    const kv = redisKv({ url: rest().url, token: "another" });
    await expect(kv.get("k")).rejects.toMatchObject({ name: "KvError", kind: "refused" });
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
  const kv = redisKv({ url, token: SECRETS.token });
  const { key, value } = SECRETS;
  const work = [
    () => kv.create(key, { value }, time),
    () => kv.get(key),
    () => kv.change(key, { value }, { value }),
    () => kv.follow(key, { stored: { version: 1, expiresAt, value }, leftMs: 1_000 }),
    () => kv.versions([key]),
    () => allOf(kv.scan(key)),
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
  expect(() => redisKv({ url: "redis://kanarie", token: "t" })).toThrow(new KvError("refused"));
});

async function allOf(pages: AsyncIterable<string[]>): Promise<string[]> {
  const all: string[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}

/** Names and texts that are hard to cut: here also names with escapes. */
const text = fc
  .oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("__proto__", '"', '\\"', "\\\\", "\\", '","', '{"', "}", "]", ":"),
  )
  .filter((one) => !one.includes("\u0000") && one.isWellFormed());
const anyDocument = fc.dictionary(text, fc.oneof(text, fc.jsonValue().filter(isStorable)), {
  maxKeys: 6,
  noNullPrototype: true,
});

function isStorable(value: unknown): boolean {
  return !/\\u(0000|d[89a-f])/.test(JSON.stringify(value));
}
