/** The promises of calls that share a statement, for any kind of work. */
import { expect, test } from "vitest";
import { together } from "#lib/database/together";
import type { Db } from "#lib/database/db";

/** Doubles its inputs when `gate` opens, and records which were together. It refuses 13. */
function doubling(gate: Promise<void> = Promise.resolve()) {
  const shared: (readonly number[])[] = [];
  const double = together<{ db: Db }, number, number>(async (_ctx, all) => {
    shared.push(all);
    await gate;
    if (all.includes(13)) throw new Error("13 is refused");
    return all.map((n) => 2 * n);
  });
  return { double, shared };
}

const handle = () => ({ db: {} as Db });

test("calls of one moment share a statement, and each gets its own answer", async () => {
  const { double, shared } = doubling();
  const ctx = handle();
  expect(await Promise.all([3, 1, 2].map((n) => double(ctx, n)))).toEqual([6, 2, 4]);
  expect(shared).toEqual([[3, 1, 2]]);
});

test("calls that come while a statement is under way share the next, at most 32 of them", async () => {
  const gate = Promise.withResolvers<void>();
  const { double, shared } = doubling(gate.promise);
  const ctx = handle();
  const first = double(ctx, 0);
  while (shared.length === 0) await new Promise(setImmediate);
  const others = Array.from({ length: 40 }, (_, n) => double(ctx, n + 20));
  gate.resolve();
  expect(await first).toBe(0);
  expect(await Promise.all(others)).toEqual(others.map((_, n) => 2 * (n + 20)));
  expect(shared.map(({ length }) => length)).toEqual([1, 32, 8]);
});

test("one call that is refused fails alone, and calls after it go on", async () => {
  const { double } = doubling();
  const ctx = handle();
  const answers = await Promise.allSettled([1, 13, 2].map((n) => double(ctx, n)));
  expect(answers).toMatchObject([
    { value: 2 },
    { status: "rejected", reason: { message: "13 is refused" } },
    { value: 4 },
  ]);
  await expect(double(ctx, 13)).rejects.toThrow("13 is refused");
  expect(await double(ctx, 4)).toBe(8);
});

test("calls on different handles share nothing", async () => {
  const { double, shared } = doubling();
  expect(await Promise.all([double(handle(), 1), double(handle(), 2)])).toEqual([2, 4]);
  expect(shared).toEqual([[1], [2]]);
});
