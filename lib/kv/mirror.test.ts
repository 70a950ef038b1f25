/** Redis in front of a table when something breaks between the two; what holds without faults is in lib/kv.test.ts. */
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { Kv, KvStore } from "#lib/kv";
import { mirror, repair } from "#lib/kv/mirror";
import type { TableKv } from "#lib/kv/table";
import { hasRedis } from "#tests/fakes/redis-rest";
import { advance, START } from "#tests/setup/database";
import { openRedis, pool, rest, table } from "#tests/setup/kv";

const DAY = 86_400_000;
const time = { now: START, expiresAt: new Date(START.getTime() + DAY) };
const PREFIX = "task:";
const keysOf = (count: number) => Array.from({ length: count }, (_, i) => `${PREFIX}${i}`);
const open = (record: TableKv = table, copy: KvStore = openRedis()): Kv => mirror({ copy, record });
const repairNow = () => repair(openRedis(), table, openRedis().scan(PREFIX));

/** Lays down documents, some of them changed. */
async function given(keys: string[]): Promise<void> {
  const kv = open();
  await Promise.all(keys.map((key) => kv.create(key, { key, pending: true }, time)));
  await Promise.all(keys.filter((_, i) => i % 3 === 0).map((key) => kv.change(key, { pending: false })));
}

async function expectAgreement(keys: string[]): Promise<void> {
  const documents = async (store: Kv) => Promise.all(keys.map((key) => store.get(key)));
  expect(await documents(openRedis())).toEqual(await documents(table));
}

/** The table, which does not take over the next change: the process died, or the database was away. */
function dyingOnce(): TableKv {
  let died = false;
  return {
    ...table,
    async follow(key, held) {
      if (died) return table.follow(key, held);
      died = true;
      throw new Error("The database is away.");
    },
  };
}

describe.skipIf(!hasRedis)("Redis in front of a table:", () => {
  test("when Redis is killed in the middle of a change nothing is half done, and a repair makes both agree", async () => {
    const keys = keysOf(60);
    await given(keys);
    rest().fail("killed");
    await expect(open().change("task:1", { pending: false, result: "r" })).rejects.toMatchObject({ name: "KvError" });
    await expect(open().get("task:1")).rejects.toMatchObject({ name: "KvError" });
    expect(await table.get("task:1")).toMatchObject({ pending: true, version: 1 });
    await rest().restart();
    expect(await repairNow()).toEqual({ copies: 60, records: 0 });
    await expectAgreement(keys);
    expect(await open().change("task:1", { pending: false }, { pending: true })).toMatchObject({ outcome: "changed" });
    expect(await repairNow()).toEqual({ copies: 0, records: 0 });
  });

  test("when Redis has lost everything, documents are read and changed as if nothing had happened", async () => {
    await given(keysOf(3));
    await rest().redis("FLUSHALL");
    expect(await open().get("task:0")).toMatchObject({ key: "task:0", pending: false });
    expect(await openRedis().get("task:0")).toMatchObject({ key: "task:0", pending: false });
    expect(await open().change("task:1", { pending: false }, { pending: true })).toMatchObject({
      outcome: "changed",
      stored: { key: "task:1", pending: false },
    });
    expect(await open().create("task:2", { other: true }, time)).toMatchObject({
      outcome: "exists",
      stored: { key: "task:2", pending: true },
    });
    await expectAgreement(keysOf(3));
  });

  test("a repair restores all that Redis has lost, in pages, with the time that is left", async () => {
    const keys = keysOf(1_100);
    await given(keys);
    await advance({ hours: 1 });
    await rest().redis("FLUSHALL");
    expect(await repairNow()).toEqual({ copies: 1_100, records: 0 });
    await expectAgreement(keys);
    const left = Number(await rest().redis("PTTL", "task:7"));
    expect(left).toBeLessThanOrEqual(DAY - 3_600_000);
    expect(left).toBeGreaterThan(DAY - 3_700_000);
    expect(await repairNow()).toEqual({ copies: 0, records: 0 });
  });

  test("a change that came only as far as Redis is a fault, is seen by all, and a repair brings it into the table", async () => {
    await given(["task:1"]);
    await expect(open(dyingOnce()).change("task:1", { result: "r" })).rejects.toThrow("away");
    expect(await table.get("task:1")).not.toHaveProperty("result");
    expect(await open().get("task:1")).toMatchObject({ result: "r" });
    expect(await repairNow()).toEqual({ copies: 0, records: 1 });
    await expectAgreement(["task:1"]);
  });

  test("a repetition of such a change does not fit any more, and brings the table up to date all the same", async () => {
    await given(["task:0", "task:1"]);
    const complete = (kv: Kv) => kv.change("task:1", { pending: false, result: "r" }, { pending: true });
    await expect(complete(open(dyingOnce()))).rejects.toThrow("away");
    expect(await complete(open())).toMatchObject({ outcome: "unfit", stored: { result: "r" } });
    expect(await table.get("task:1")).toMatchObject({ result: "r", version: 2 });
  });

  test("a creation that came only as far as the table exists for the next who asks", async () => {
    rest().fail("killed");
    await expect(open().create("task:1", { a: 1 }, time)).rejects.toMatchObject({ name: "KvError" });
    await rest().restart();
    expect(await open().create("task:1", { a: 2 }, time)).toMatchObject({ outcome: "exists", stored: { a: 1 } });
    await expectAgreement(["task:1"]);
  });

  test("what only Redis has is taken over into the table with the time that is left", async () => {
    await given(["task:1"]);
    await pool.query("DELETE FROM kept_documents");
    expect(await repairNow()).toEqual({ copies: 0, records: 1 });
    await expectAgreement(["task:1"]);
    const [held] = await table.held(["task:1"]);
    expect(held!.leftMs).toBeLessThanOrEqual(DAY);
    expect(held!.leftMs).toBeGreaterThan(DAY - 60_000);
  });

  test("what is older in Redis, which came back with what it had before, is brought up to date", async () => {
    await given(["task:1"]);
    const before = String(await rest().redis("GET", "task:1"));
    await open().change("task:1", { result: "r" });
    await rest().redis("SET", "task:1", before, "KEEPTTL");
    expect(await repairNow()).toEqual({ copies: 1, records: 0 });
    expect(await openRedis().get("task:1")).toMatchObject({ result: "r" });
    await expectAgreement(["task:1"]);
  });

  test.each([1, 2, 5])(
    "a change on top of an older state of Redis, %i changes ago, loses none of those",
    async (ago) => {
      await given(["task:1"]);
      const before = String(await rest().redis("GET", "task:1"));
      for (let i = 1; i <= ago; i += 1) await open().change("task:1", { [`field${i}`]: i });
      const all = await table.get("task:1");
      await rest().redis("SET", "task:1", before, "KEEPTTL");
      const changed = await open().change("task:1", { more: true }, { key: "task:1" });
      const { version: _, ...fields } = all!;
      expect(changed).toMatchObject({ outcome: "changed", stored: { ...fields, more: true } });
      await expectAgreement(["task:1"]);
    },
  );

  test("a repair brings nothing back that has expired, on either side", async () => {
    await given(["task:1", "task:2"]);
    await rest().redis("DEL", "task:1");
    await advance({ days: 1 });
    expect(await repairNow()).toEqual({ copies: 0, records: 0 });
    expect(await table.get("task:2")).toBeNull();
    expect(await openRedis().get("task:1")).toBeNull();
  });

  test("nothing that has almost expired is given more time by being carried over", async () => {
    await given(["task:1"]);
    await advance({ milliseconds: DAY - 20 });
    await rest().redis("FLUSHALL");
    const reissue: TableKv["reissue"] = async (keys) => {
      await pause(50);
      return table.reissue(keys);
    };
    const slow = { ...table, reissue };
    expect(await repair(openRedis(), slow, openRedis().scan(PREFIX))).toEqual({ copies: 0, records: 0 });
    expect(await rest().redis("EXISTS", "task:1")).toBe(0);
  });

  test("whoever dies between the two steps of a restoration keeps nobody from changing the document", async () => {
    await given(["task:0", "task:1"]);
    await table.reissue(["task:1"]);
    const complete = () => open().change("task:1", { pending: false }, { pending: true });
    expect(await complete()).toMatchObject({ outcome: "changed", stored: { pending: false } });
    expect(await complete()).toMatchObject({ outcome: "unfit" });
    await expectAgreement(["task:0", "task:1"]);
  });

  test("a repair that runs while documents are changed loses none of the changes", async () => {
    const keys = keysOf(20);
    await given(keys);
    await rest().redis("DEL", ...keys.slice(0, 10));
    const kv = open();
    const changes = Array.from({ length: 400 }, (_, i) => kv.change(keys[i % 20]!, { [`field${i}`]: i }));
    await Promise.all([...changes, repairNow(), repairNow()]);
    for (const [i, key] of keys.entries()) {
      const fields = Array.from({ length: 20 }, (_, round) => i + 20 * round);
      expect(await open().get(key)).toMatchObject(Object.fromEntries(fields.map((n) => [`field${n}`, n])));
    }
    await repairNow();
    await expectAgreement(keys);
  });

  test("what has expired by the clock of the table has expired, though Redis still has it", async () => {
    const [key = ""] = keysOf(1);
    await open().create(key, { pending: true }, time);
    await advance({ days: 1 });
    expect(await open().change(key, { pending: false }, { pending: true })).toBeNull();
    const { rows } = await pool.query("SELECT value ->> 'pending' AS pending FROM kept_documents");
    expect(rows).toEqual([{ pending: "true" }]);
  });

  test("of the changes that were answered none is lost, also when Redis loses everything again and again meanwhile", async () => {
    const keys = keysOf(4);
    await given(keys);
    const write = async (writer: number) => {
      for (let round = 0; round < 5; round += 1) {
        for (const key of keys) {
          if (writer === 0) await rest().redis("FLUSHALL");
          await open().change(key, { [`w${writer}r${round}`]: true });
        }
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer)));
    await repairNow();
    await expectAgreement(keys);
    for (const key of keys) {
      const fields = Object.keys((await open().get(key))!).filter((name) => /^w\dr\d$/.test(name));
      expect(fields).toHaveLength(40);
    }
  });
});
