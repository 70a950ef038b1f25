/** What is peculiar to the table; it is the one that is still there when everything else is gone. */
import { expect, test } from "vitest";
import { generationOf } from "#lib/kv/table";
import { advance, START } from "#tests/setup/database";
import { pool, table } from "#tests/setup/kv";

const DAY = 86_400_000;
const expiresAt = new Date(START.getTime() + DAY);
const time = { now: START, expiresAt };
const of = (version: number, leftMs: number) => ({
  stored: { version, expiresAt: expiresAt.toISOString(), by: version },
  leftMs,
});

test("following takes over only what is newer, and the row keeps the time it had", async () => {
  expect(await table.follow("k", of(2, 0))).toBe(false);
  expect(await table.follow("k", of(2, 1_000))).toBe(true);
  expect(await table.follow("k", of(2, DAY))).toBe(false);
  expect(await table.follow("k", of(1, DAY))).toBe(false);
  expect(await table.follow("k", of(3, DAY))).toBe(true);
  expect(await table.held(["none", "k"])).toEqual([null, { stored: of(3, 0).stored, leftMs: 1_000 }]);
});

test("of followers in any order the newest stays", async () => {
  await Promise.all([4, 2, 9, 1, 7, 3, 8, 6, 5].map((version) => table.follow("k", of(version, DAY))));
  expect(await table.get("k")).toMatchObject({ version: 9, by: 9 });
});

test("what has expired is in no answer, follows nothing, is not reissued, and its key is not given out again", async () => {
  await table.create("k", { a: 1 }, time);
  await advance({ days: 1 });
  expect(await table.follow("k", of(5, DAY))).toBe(false);
  expect(await table.versions(["k"])).toEqual([null]);
  expect(await table.held(["k"])).toEqual([null]);
  expect(await table.reissue(["k"])).toEqual([null]);
  for await (const page of table.keys()) expect(page).toEqual([]);
  const later = { now: expiresAt, expiresAt: new Date(expiresAt.getTime() + DAY) };
  expect(await table.create("k", { a: 2 }, later)).toEqual({ outcome: "taken" });
});

test("of 20 that reissue a document at once each gets a generation of its own, and every other field stays", async () => {
  await table.create("k", { a: [] }, time);
  await table.create("l", {}, time);
  await table.change("k", { b: 1 });
  const reissued = await Promise.all(
    Array.from({ length: 20 }, (_, i) => table.reissue(i % 2 ? ["k", "none", "l"] : ["l", "none", "k"])),
  );
  const all = reissued.map((held, i) => held[i % 2 ? 0 : 2]!);
  expect(new Set(all.map(({ stored }) => generationOf(stored.version))).size).toBe(20);
  for (const { stored, leftMs } of all) expect({ ...stored, leftMs }).toMatchObject({ a: [], b: 1, leftMs: DAY });
  const [{ version }] = [(await table.change("k", {}))!.stored];
  expect([generationOf(version), version]).toEqual([20, 20_000_001]);
});

test("the keys come in pages, all of them once", async () => {
  await pool.query(
    `INSERT INTO kept_documents SELECT 'k' || n, '{"version": 1}', $1, $2 FROM generate_series(1, 1201) n`,
    [START, expiresAt],
  );
  const pages: string[][] = [];
  for await (const page of table.keys()) pages.push(page);
  expect(pages.map(({ length }) => length)).toEqual([500, 500, 201]);
  expect(new Set(pages.flat()).size).toBe(1_201);
});
