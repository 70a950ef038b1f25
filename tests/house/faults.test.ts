import { expect, test } from "vitest";
import { expectProven, proofRows } from "#tests/factories/proof-table";

const rows = proofRows("tests/browser/FAULTS.md");

test("each of the 45 faults that the screens had stands in the table once, with a test that is there or what one sees", () => {
  expect(rows.map(({ row }) => row)).toEqual(Array.from({ length: 45 }, (_, n) => `D${n + 1}`));
  for (const row of rows) expectProven(row, /^By look: /, /$^/);
});

test("each fault that an attack found stands in the table once, with the tests that failed before it was mended", () => {
  const attacked = proofRows("tests/faults/FAULTS.md");
  const numbers = (letter: string, most: number) => Array.from({ length: most }, (_, n) => `${letter}${n + 1}`);
  expect(attacked.map(({ row }) => row)).toEqual([...numbers("F", 6), ...numbers("W", 14)]);
  // A fault without a test is no row of this table.
  for (const row of attacked) expectProven(row, /(?!)/, /(?!)/);
});

test("each of the 36 invariants stands in its table once, with tests that are there", () => {
  const invariants = proofRows("tests/INVARIANTS.md");
  const numbers = Array.from({ length: 36 }, (_, n) => `I-${String(n + 1).padStart(2, "0")}`);
  expect(invariants.map(({ row }) => row)).toEqual(numbers);
  // A statement of `npm run verify` is broken by a test as well.
  for (const row of invariants) expectProven(row, /(?!)/, /(?!)/);
});
