/** What every store promises; what is peculiar to one is in lib/kv/. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Document, type Kv, MAX_DOCUMENT_BYTES } from "#lib/kv";
import { problemOf } from "#lib/http/problem";
import { hasRedis } from "#tests/fakes/redis-rest";
import { advance, START } from "#tests/setup/database";
import { openCopied, pool, rest, table } from "#tests/setup/kv";

const DAY = 86_400_000;
const time = (ms = DAY) => ({ now: START, expiresAt: new Date(START.getTime() + ms) });
const expiresAt = time().expiresAt.toISOString();

type Engine = {
  /** Another handle, as another process would have one. */
  open: () => Kv;
  /** The time left as the stores themselves say it, in milliseconds. */
  left: (key: string) => Promise<number[]>;
  /** Lets everything expire. */
  expire: (key: string) => Promise<unknown>;
};

const inTable: Engine = {
  open: () => table,
  async left(key) {
    const text =
      "SELECT extract(epoch FROM expires_at - ringback_now())::float8 * 1000 AS ms FROM kept_documents WHERE key = $1";
    return (await pool.query(text, [key])).rows.map(({ ms }) => ms);
  },
  expire: () => advance({ days: 1 }),
};
const inBoth: Engine = {
  open: openCopied,
  left: async (key) => [...(await inTable.left(key)), Number(await rest().redis("PTTL", key))],
  expire: (key) => Promise.all([inTable.expire(key), rest().redis("PEXPIRE", key, "0")]),
};

const ENGINES: [name: string, engine: Engine][] = [["a table", inTable]];
if (hasRedis) ENGINES.push(["a table with copies in Redis", inBoth]);

/** Nothing has got longer, and no more is gone than a slow test takes. */
async function expectLeft(engine: Engine, key: string, ms: number): Promise<void> {
  for (const left of await engine.left(key)) {
    expect(left).toBeLessThanOrEqual(ms);
    expect(left).toBeGreaterThan(ms - 60_000);
  }
}

describe.each(ENGINES)("%s:", (_name, engine) => {
  test("a document is created once and lies there; the same key again answers what lies there", async () => {
    const kv = engine.open();
    expect(await kv.get("task:1")).toBeNull();
    const stored = { a: 1, b: { c: [] }, version: 1, expiresAt };
    expect(await kv.create("task:1", { a: 1, b: { c: [] } }, time())).toEqual({ outcome: "created", stored });
    expect(await kv.get("task:1")).toEqual(stored);
    expect(await kv.create("task:1", { a: 2 }, time(2 * DAY))).toEqual({ outcome: "exists", stored });
    expect(await engine.open().get("task:1")).toEqual(stored);
    await expectLeft(engine, "task:1", DAY);
  });

  test("the store keeps version and expiry itself, whatever a document says about them", async () => {
    const kv = engine.open();
    await kv.create("k", { version: 7, expiresAt: "never", a: 1 }, time());
    expect(await kv.change("k", { version: 9, expiresAt: "never", a: 2 })).toMatchObject({
      outcome: "changed",
      stored: { version: 2, expiresAt, a: 2 },
    });
  });

  test("of 50 that create one key at once exactly one does, and all the others see its document", async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, who) => engine.open().create("k", { who }, time())),
    );
    const [winner, ...more] = answers.filter(({ outcome }) => outcome === "created");
    expect(more).toEqual([]);
    for (const answer of answers) expect(answer).toMatchObject({ stored: (winner as { stored: Document }).stored });
  });

  test("of 50 changes of different fields at once none is lost, and the version counts them", async () => {
    await engine.open().create("k", { base: true }, time());
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => engine.open().change("k", { [`field${i}`]: i })),
    );
    expect(answers.map((answer) => answer?.stored.version).sort((a, b) => a! - b!)).toEqual(
      Array.from({ length: 50 }, (_, i) => i + 2),
    );
    const fields = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`field${i}`, i]));
    expect(await engine.open().get("k")).toEqual({ base: true, ...fields, version: 51, expiresAt });
    await expectLeft(engine, "k", DAY);
  });

  test("of 50 conditional changes at once exactly one happens, and all the others see the winner's document", async () => {
    await engine.open().create("k", { pending: true }, time());
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, by) => engine.open().change("k", { pending: false, by }, { pending: true })),
    );
    const [winner, ...more] = answers.filter((answer) => answer?.outcome === "changed");
    expect(more).toEqual([]);
    for (const answer of answers) expect(answer?.stored).toEqual(winner!.stored);
    expect(answers.filter((answer) => answer?.outcome === "unfit")).toHaveLength(49);
    expect(await engine.open().get("k")).toEqual(winner!.stored);
  });

  test("a condition compares texts, numbers, truth and null, also the version; a missing field is not null", async () => {
    const kv = engine.open();
    await kv.create("k", { text: 'a"\\é', number: 0.1, no: false, nothing: null, list: [1] }, time());
    const fits = async (where: Parameters<Kv["change"]>[2]) => (await kv.change("k", {}, where))?.outcome === "changed";
    expect(await fits({ text: 'a"\\é', number: 0.1, no: false, nothing: null, version: 1 })).toBe(true);
    expect(await fits({ version: 1 })).toBe(false);
    expect(await fits({ text: "a" })).toBe(false);
    expect(await fits({ number: "0.1" })).toBe(false);
    expect(await fits({ no: null })).toBe(false);
    expect(await fits({ missing: null })).toBe(false);
    expect(await fits({ list: 1 })).toBe(false);
    expect((await kv.get("k"))?.version).toBe(2);
  });

  test("an undefined field erases nothing, null is stored", async () => {
    const kv = engine.open();
    await kv.create("k", { a: 1, b: 2, gone: undefined }, time());
    await kv.change("k", { a: undefined, b: null });
    expect(await kv.get("k")).toEqual({ a: 1, b: null, version: 2, expiresAt });
  });

  test("a change keeps the time left, also after a while, and says what it is", async () => {
    const kv = engine.open();
    await kv.create("k", {}, time());
    await expectLeft(engine, "k", DAY);
    const changed = await kv.change("k", { a: 1 });
    expect(changed!.leftMs).toBeLessThanOrEqual(DAY);
    expect(changed!.leftMs).toBeGreaterThan(DAY - 60_000);
    await expectLeft(engine, "k", DAY);
    await kv.change("k", { a: 2 }, { a: 1 });
    await kv.change("k", { a: 3 }, { a: 1 });
    await expectLeft(engine, "k", DAY);
  });

  test("what expires between reading and writing is not there, and a change does not revive it", async () => {
    const kv = engine.open();
    await kv.create("k", { a: 1 }, time());
    expect(await kv.get("k")).not.toBeNull();
    await engine.expire("k");
    expect(await kv.change("k", { a: 2 })).toBeNull();
    expect(await kv.get("k")).toBeNull();
    expect((await kv.create("k", {}, { now: START, expiresAt: new Date(START.getTime() + 3 * DAY) })).outcome).toBe(
      "taken",
    );
  });

  test("a document of exactly the limit is stored, one byte more is refused and leaves what was there", async () => {
    const kv = engine.open();
    const empty = Buffer.byteLength(JSON.stringify({ text: "", more: ["a", { b: 1 }], version: 1, expiresAt }));
    const of = (bytes: number) => ({ text: ", :é".padEnd(bytes - empty - 1, "x"), more: ["a", { b: 1 }] });
    expect((await kv.create("over", of(MAX_DOCUMENT_BYTES + 1), time())).outcome).toBe("too_large");
    expect(await kv.get("over")).toBeNull();
    expect((await kv.create("at", of(MAX_DOCUMENT_BYTES), time())).outcome).toBe("created");
    expect(await kv.get("at")).toEqual({ ...of(MAX_DOCUMENT_BYTES), version: 1, expiresAt });

    await kv.create("grows", of(1_000), time());
    expect((await kv.change("grows", of(MAX_DOCUMENT_BYTES + 1)))?.outcome).toBe("too_large");
    expect(await kv.get("grows")).toEqual({ ...of(1_000), version: 1, expiresAt });
    expect((await kv.change("grows", of(MAX_DOCUMENT_BYTES)))?.outcome).toBe("changed");
    expect(await kv.get("grows")).toEqual({ ...of(MAX_DOCUMENT_BYTES), version: 2, expiresAt });
    await expectLeft(engine, "grows", DAY);
  });

  test("1,000 documents that are completed in any order are each completed once", async () => {
    const kv = engine.open();
    const keys = Array.from({ length: 1_000 }, (_, i) => `task:${i}`);
    await atATime(keys, (key) => kv.create(key, { pending: true }, time()));
    // Everyone is told twice.
    const [order] = fc.sample(fc.shuffledSubarray([...keys, ...keys], { minLength: 2_000 }), { numRuns: 1, seed: 1 });
    const outcomes = await atATime(order!, async (key) => {
      return (await kv.change(key, { pending: false, result: key }, { pending: true }))!.outcome;
    });
    expect(outcomes.filter((outcome) => outcome === "changed")).toHaveLength(1_000);
    const found = await atATime(keys, (key) => kv.get(key));
    expect(found).toEqual(keys.map((key) => ({ pending: false, result: key, version: 2, expiresAt })));
  });

  test("odd JSON is read as it was written, and stays so when another field is changed", async () => {
    const kv = engine.open();
    const deep = Array.from({ length: 60 }).reduce<unknown>((inner, _, i) => (i % 2 ? [inner] : { inner }), []);
    const odd = {
      ...{ list: [], object: {}, lists: [[], [{}]], no: false, nothing: null, empty: "" },
      ...{
        large: 1e21,
        tiny: 5e-324,
        max: 1.7976931348623157e308,
        tenth: 0.1,
        exact: Number("12345678901234567"),
        zero: -0,
      },
      ...{ text: '\u2028\u2029"\\/\b\f\n\r\t\u0001\u007f𝒳é\ufeff', '"quoted\\"': "a,b:{}[]", "": 1, "1": 2, deep },
      ...JSON.parse('{"__proto__":{"a":1},"constructor":"c","toString":[]}'),
    };
    await kv.create("k", odd, time());
    const read = JSON.parse(JSON.stringify(odd));
    expect(Object.entries((await kv.get("k"))!).sort()).toEqual(
      Object.entries({ ...read, version: 1, expiresAt }).sort(),
    );
    await kv.change("k", { other: 1 });
    expect(Object.entries((await kv.get("k"))!).sort()).toEqual(
      Object.entries({ ...read, other: 1, version: 2, expiresAt }).sort(),
    );
  });

  test("any change of any document reads as the same fields put over it in JavaScript", async () => {
    const kv = engine.open();
    let count = 0;
    await fc.assert(
      fc.asyncProperty(anyDocument, anyDocument, async (document, patch) => {
        count += 1;
        await kv.create(`k${count}`, document, time());
        await kv.change(`k${count}`, patch);
        const { version, expiresAt: _, ...fields } = (await kv.get(`k${count}`))!;
        expect(version).toBe(2);
        expect(fields).toEqual(JSON.parse(JSON.stringify({ ...document, ...patch })));
      }),
      { numRuns: 150 },
    );
  });

  test.each(["a\u0000b", "\ud800", "a\udfffb"])("a text that cannot be stored is refused: %j", async (text) => {
    const kv = engine.open();
    const codeOf = (work: Promise<unknown>) => work.then(String, (error: unknown) => problemOf(error).code);
    expect(await codeOf(kv.create("k", { text }, time()))).toBe("invalid_input");
    await kv.create("k", { escaped: "\\u0000 \\\\ud800" }, time());
    expect(await codeOf(kv.change("k", { deep: [{ [text]: 1 }] }))).toBe("invalid_input");
    expect(await kv.get("k")).toEqual({ escaped: "\\u0000 \\\\ud800", version: 1, expiresAt });
  });

  test("keys of letters, digits, dot, low line, colon and hyphen do not get mixed up", async () => {
    const kv = engine.open();
    const keys = ["a", "A", "a.", "a:", "a_", "a-", "cursor_task:a.B_c-1", "Az09._:-", "0", "k".repeat(200)];
    for (const key of keys) await kv.create(key, { key }, time());
    for (const key of keys) expect(await kv.get(key)).toMatchObject({ key });
  });
});

/** Names and texts that are hard to cut and to escape, in documents of any shape. */
const text = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.constantFrom(
    "__proto__",
    "constructor",
    '"',
    '\\"',
    "\\\\",
    '","',
    '{"',
    "}",
    "]",
    ":",
    " ",
    "hasOwnProperty",
    "%",
    "[[",
  ),
);
const storable = text.filter((one) => !one.includes("\u0000") && one.isWellFormed());
// JSON.parse of V8 13.6 reads a name with an escape as another one of the same length now and then: "\\\"" as "\\\\".
const name = storable.filter((one) => JSON.stringify(one) === `"${one}"`);
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(null, true, false, 0, -1.5, 1e21, 1e-7, 2 ** 53 + 2),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    storable,
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.dictionary(name, tie("tree"), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const anyDocument = fc
  .dictionary(name, tree, { maxKeys: 6, noNullPrototype: true })
  .map(({ version: _version, expiresAt: _expiresAt, ...document }) => document);

/** Fifty at a time. */
async function atATime<T, R>(all: T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let i = 0; i < all.length; i += 50) done.push(...(await Promise.all(all.slice(i, i + 50).map(work))));
  return done;
}
