/** What is peculiar to the table; it is the one that is still there when everything else is gone. */
import type pg from "pg";
import { expect, test } from "vitest";
import { tableKv } from "#lib/kv/table";
import { failingPool, type Watch } from "#tests/faults/failing-pool";
import { advance, databaseUrl, START } from "#tests/setup/database";
import { pool, table } from "#tests/setup/kv";

const DAY = 86_400_000;
const expiresAt = new Date(START.getTime() + DAY);
const time = { now: START, expiresAt };
test("what has expired is in no answer, and its key is not given out again", async () => {
  await table.create("k", { a: 1 }, time);
  await advance({ days: 1 });
  expect(await table.held(["k"])).toEqual([]);
  expect(await table.change("k", { a: 2 })).toBeNull();
  const later = { now: expiresAt, expiresAt: new Date(expiresAt.getTime() + DAY) };
  expect(await table.create("k", { a: 2 }, later)).toEqual({ outcome: "taken" });
});

const twenty = Array.from({ length: 20 }, (_, n) => `k${n}`);
const createAll = (kv = table) => Promise.allSettled(twenty.map((key) => kv.create(key, { key }, time)));
const change = (key: string) => table.change(key, { changed: true });

test("what comes at once goes in one statement, and each gets its own document", async () => {
  let statements = 0;
  const counted = tableKv(
    new Proxy(pool, {
      get: (target, name) => {
        if (name === "query") statements += 1;
        return Reflect.get(target, name, target);
      },
    }),
    "kept_documents",
  );
  for (const made of await createAll(counted)) expect(made).toMatchObject({ value: { outcome: "created" } });
  const changed = await Promise.all(twenty.map((key) => counted.change(key, { of: key }, { key })));
  expect(statements).toBe(2);
  for (const [n, key] of twenty.entries()) {
    expect(changed[n]).toMatchObject({ outcome: "changed", leftMs: DAY, stored: { key, of: key, version: 2 } });
  }
});

test("a document that somebody holds is waited for by its own change, and by no other that comes with it", async () => {
  await createAll();
  const holder = await pool.connect();
  await holder.query("BEGIN; UPDATE kept_documents SET value = value || '{\"by\": \"holder\"}' WHERE key = 'k7'");
  const changes = new Map(twenty.map((key) => [key, change(key)]));
  const held = changes.get("k7")!;
  changes.delete("k7");
  for (const changed of await Promise.all(changes.values())) expect(changed).toMatchObject({ outcome: "changed" });
  expect(await table.get("k7")).not.toHaveProperty("changed");
  await holder.query("COMMIT");
  holder.release();
  expect(await held).toMatchObject({ outcome: "changed", stored: { by: "holder", changed: true } });
});

test("what the table refuses of one document hinders none that comes with it", async () => {
  await pool.query("ALTER TABLE kept_documents ADD CONSTRAINT no_seven CHECK (key <> 'k7' OR value ? 'never')");
  try {
    const made = await createAll();
    expect(made.flatMap(({ status }, n) => (status === "rejected" ? n : []))).toEqual([7]);
    for (const key of twenty) expect(await table.get(key)).toEqual(key === "k7" ? null : expect.anything());
  } finally {
    await pool.query("ALTER TABLE kept_documents DROP CONSTRAINT no_seven");
  }
});

test.each(["before", "after"] as const)(
  "when the connection dies %s a statement for many, each gets a fault, and a repetition leaves each once",
  async (when) => {
    const watch: Watch = { statements: [], fault: { at: 1, when } };
    const dying = new (failingPool(watch))({ connectionString: databaseUrl }) as pg.Pool;
    for (const { status } of await createAll(tableKv(dying, "kept_documents"))) expect(status).toBe("rejected");
    await dying.end();
    const outcome = when === "before" ? "created" : "exists";
    for (const made of await createAll()) expect(made).toMatchObject({ value: { outcome, stored: { version: 1 } } });
  },
);

test("of changes and conditional changes of the same documents from three processes none is lost or done twice", async () => {
  await createAll();
  const processes = [1, 2, 3].map(() => tableKv(pool, "kept_documents"));
  const marks = processes.flatMap((kv, n) => twenty.map((key) => kv.change(key, { [`of${n}`]: true })));
  const ends = processes.flatMap((kv, n) => twenty.map((key) => kv.change(key, { key: `${key} of ${n}` }, { key })));
  const ended = await Promise.all(ends);
  await Promise.all(marks);
  expect(ended.filter((end) => end?.outcome === "changed").length).toBe(20);
  for (const key of twenty) {
    expect(await table.get(key)).toMatchObject({ of0: true, of1: true, of2: true, version: 5 });
  }
});
