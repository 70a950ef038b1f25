import { expect, test } from "vitest";
import { expectProven, proofRows } from "#tests/factories/proof-table";

const rows = proofRows("tests/browser/FAULTS.md");

test("each of the 45 faults that the screens had stands in the table once, with a test that is there or what one sees", () => {
  expect(rows.map(({ row }) => row)).toEqual(Array.from({ length: 45 }, (_, n) => `D${n + 1}`));
  for (const row of rows) expectProven(row, /^By look: /, /$^/);
});
