import { expect, test } from "vitest";
import { expectProven, proofRows } from "#tests/factories/proof-table";

const SECTIONS = { A: 10, N: 8, C: 6, S: 9, W: 8, R: 10, G: 6, P: 9, D: 8 };
const expected = Object.entries(SECTIONS).flatMap(([letter, last]) =>
  Array.from({ length: last }, (_, n) => `${letter}${n + 1}`),
);
const rows = proofRows("modules/access/THREATS.md");

test("every attack of the checklist, and on stored data of a browser, stands in the table once", () => {
  expect(rows.map(({ row }) => row).sort()).toEqual(expected.sort());
});

test.each(rows)("$row is proven by a test that says so, or says why it is not", (row) => {
  // A title begins with the numbers of all rows it proves: "N1, N6: ...".
  expectProven(row, /^Not here/, new RegExp(`["\`](?:[A-Z]\\d+, )*${row.row}(?:, [A-Z]\\d+)*:? `));
});
