/** Copies in Redis on their own: the state that stays, and the messages of faults. */
import { inspect } from "node:util";
import { http, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { redisCopies } from "#lib/kv/copy";
import { KvError } from "#lib/kv/error";
import { openKv } from "#lib/kv/open";
import { hasRedis, type RedisRest, startRedisRest } from "#tests/fakes/redis-rest";

const DAY = 86_400_000;
const expiresAt = "2026-03-03T09:00:00.000Z";
const held = (version: number, leftMs = DAY) => ({ stored: { version, expiresAt, of: version }, leftMs });

let rest: RedisRest;
beforeAll(async () => {
  if (hasRedis) rest = await startRedisRest();
});
beforeEach(() => rest?.redis("FLUSHALL"));
afterAll(() => rest?.stop());

describe.skipIf(!hasRedis)("copies in Redis:", () => {
  const copies = () => redisCopies(rest);

  test("of versions written in any order the newest stays, with no more time than it has", async () => {
    await Promise.all([4, 2, 9, 1, 7, 3, 8, 6, 5].map((version) => copies().put("k", held(version))));
    expect(await copies().get("k")).toMatchObject({ version: 9 });
    expect(await copies().put("k", held(10, 0.5))).toBe(false);
    expect(await copies().put("k", held(10, 20_000.9))).toBe(true);
    const left = Number(await rest.redis("PTTL", "k"));
    expect(left).toBeLessThanOrEqual(20_000);
  });

  test("a dropped copy is not written again by a late writer, and is by one with a newer version", async () => {
    await copies().put("k", held(3));
    await copies().drop("k", 4, DAY);
    expect(await rest.redis("EXISTS", "k")).toBe(0);
    expect(await copies().put("k", held(3))).toBe(false);
    await copies().drop("k", 2, DAY);
    expect(await copies().put("k", held(3))).toBe(false);
    expect(await copies().get("k")).toBeNull();
    expect(await copies().put("k", held(5))).toBe(true);
  });

  test("an answer that was lost is asked for again, and the copy is written once", async () => {
    rest.fail("answer lost");
    expect(await copies().put("k", held(1))).toBe(true);
    expect(await copies().get("k")).toMatchObject({ of: 1 });
  });

  test("after a fault Redis is left alone for a while, and one line is said of it", async () => {
    const faults: KvError[] = [];
    const kv = openKv(rest, (fault) => void faults.push(fault));
    await kv.write("k", held(1));
    rest.executed.splice(0);
    rest.fail("server error");
    for (let n = 0; n < 5; n += 1) await kv.write("k", held(n));
    expect(await kv.read("k")).toBeNull();
    expect([faults.length, rest.executed.length]).toEqual([1, 0]);
  });

  test("a wrong token is refused", async () => {
    const fault = await redisCopies({ ...rest, token: "another" })
      .versions(["k"])
      .catch(String);
    expect(fault).toContain("The key-value store refused the command.");
  });
});
const SECRETS = { token: "token-kanarie", path: "path-kanarie", key: "key-kanarie", value: "value-kanarie" };
const url = `https://kv.example.test/${SECRETS.path}`;
const page = `<html>${Object.values(SECRETS)}</html>`;

const failing = ({ request }: { request: Request }) => {
  const answer = { error: `ERR ${page}` };
  return HttpResponse.json(request.url.endsWith("/pipeline") ? [answer] : answer);
};

describe("a store that fails:", () => {
  // It intercepts the whole network, so it is open for these tests alone.
  const store = setupServer();
  beforeAll(() => store.listen({ onUnhandledFrame: "bypass" }));
  afterEach(() => store.resetHandlers());
  afterAll(() => store.close());

  test.each([
    ["the network fails", "unreachable", () => HttpResponse.error()],
    ["500 and a page", "malformed", () => HttpResponse.html(page, { status: 500 })],
    ["500 and words", "refused", () => HttpResponse.json({ error: `ERR ${page}` }, { status: 500 })],
    ["400 and words", "refused", () => HttpResponse.json({ error: `ERR ${page}` }, { status: 400 })],
    ["the command fails", "refused", failing],
    ["200 and a page", "malformed", () => HttpResponse.html(page)],
    ["200 and another shape", "malformed", () => HttpResponse.json({ result: page })],
    ["200 and no answer to the command", "malformed", () => HttpResponse.json([])],
    ["200 and an answer of another shape", "malformed", () => HttpResponse.json([{ result: btoa(page) }])],
  ] as const)(
    "when %s, the error is %s and holds nothing of what was sent or answered",
    async (_what, kind, answer) => {
      store.use(http.post(`${url}/pipeline`, answer), http.post(url, answer));
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
    },
  );
});

test("an address that is none is refused without being repeated", () => {
  expect(() => redisCopies({ url: "redis://kanarie", token: "t" })).toThrow(new KvError("refused"));
});
