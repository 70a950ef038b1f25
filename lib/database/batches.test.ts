/** The promises of group commit, for any kind of work. */
import { expect, test } from "vitest";
import { inBatches } from "#lib/database/batches";

type Done = { alone: string[]; together: string[][] };

/** Doubles its inputs, and records in which batches. It passes over odd numbers, and refuses numbers from 100 on. */
function doubling(fault: Error | null = null) {
  const done: Done = { alone: [], together: [] };
  const double = inBatches<number, number>({
    keyOf: String,
    async alone(n) {
      done.alone.push(`${n}`);
      if (n >= 100) throw new Error(`${n} is refused`);
      return 2 * n;
    },
    async together(all) {
      done.together.push(all.map(String));
      if (fault) throw fault;
      if (all.some((n) => n >= 100)) throw new Error("one is refused");
      return all.map((n) => (n % 2 ? undefined : 2 * n));
    },
    wasUndone: (error) => (error as Error).message === "one is refused",
  });
  return { double, done };
}

test("a single call is executed alone", async () => {
  const { double, done } = doubling();
  expect(await double(4)).toBe(8);
  await expect(double(100)).rejects.toThrow("100 is refused");
  expect(done).toEqual({ alone: ["4", "100"], together: [] });
});

test("simultaneous calls are executed together in the order of keys, and each gets its own answer", async () => {
  const { double, done } = doubling();
  expect(await Promise.all([8, 2, 4, 6].map(double))).toEqual([16, 4, 8, 12]);
  expect(done).toEqual({ alone: [], together: [["2", "4", "6", "8"]] });
});

test("the same key is never twice in one batch, and a batch holds 20 at most", async () => {
  const { double, done } = doubling();
  const asked = Array.from({ length: 150 }, (_, n) => 2 * (n % 40));
  expect(await Promise.all(asked.map(double))).toEqual(asked.map((n) => 2 * n));
  for (const batch of done.together) expect(new Set(batch).size).toBe(batch.length);
  expect(Math.max(...done.together.map(({ length }) => length))).toBe(20);
  expect(done.together.flat().length + done.alone.length).toBe(150);
});

test("an input that a batch passed over is executed alone", async () => {
  const { double, done } = doubling();
  expect(await Promise.all([2, 3, 4, 5].map(double))).toEqual([4, 6, 8, 10]);
  expect(done).toEqual({ alone: ["3", "5"], together: [["2", "3", "4", "5"]] });
});

test("a refusal is for the one it concerns, and the others are done", async () => {
  const { double, done } = doubling();
  const answers = await Promise.allSettled([2, 100, 4].map(double));
  expect(answers.map((answer) => (answer.status === "fulfilled" ? answer.value : String(answer.reason)))).toEqual([
    4,
    "Error: 100 is refused",
    8,
  ]);
  expect(done.alone).toEqual(["100", "2", "4"]);
});

test("a fault that leaves open what was done is everybody's, and nothing is done a second time", async () => {
  const { double, done } = doubling(new Error("away"));
  const answers = await Promise.allSettled([2, 4, 6].map(double));
  for (const answer of answers) expect(answer).toMatchObject({ status: "rejected", reason: { message: "away" } });
  expect(done).toEqual({ alone: [], together: [["2", "4", "6"]] });
});

test("batches that do not come to an end hold up nobody else", async () => {
  const never = new Promise<never>(() => {});
  const double = inBatches<number, number>({
    keyOf: String,
    alone: (n) => (n < 10 ? never : Promise.resolve(2 * n)),
    together: (all) => (all.some((n) => n < 10) ? never : Promise.resolve(all.map((n) => 2 * n))),
    wasUndone: () => false,
  });
  // Each in a turn of its own, so that no two are in one batch.
  for (const stuck of [1, 2]) {
    void double(stuck);
    await new Promise(setImmediate);
    await new Promise(setImmediate);
  }
  expect(await Promise.all([20, 30].map(double))).toEqual([40, 60]);
});
