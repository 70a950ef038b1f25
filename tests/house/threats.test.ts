import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const SECTIONS = { A: 10, N: 8, C: 6, S: 9, W: 8, R: 10, P: 9 };
const expected = Object.entries(SECTIONS).flatMap(([letter, last]) =>
  Array.from({ length: last }, (_, n) => `${letter}${n + 1}`),
);
const rows = readFileSync("modules/access/THREATS.md", "utf8")
  .split("\n")
  .flatMap((line) => {
    const [, row = "", what = "", proof = ""] = line.match(/^\| ([A-Z]\d+) +\| (.+?) +\| (.+?) +\|$/) ?? [];
    return row ? [{ row, what, proof }] : [];
  });

test("every attack of the checklist stands in the table once", () => {
  expect(rows.map(({ row }) => row).sort()).toEqual(expected.sort());
});

test.each(rows)("$row is proven by a test that says so, or says why it is not", ({ row, proof }) => {
  const named = [...proof.matchAll(/`([^`]+\.test\.ts)`(?: "([^"]+)")?/g)];
  if (named.length === 0) expect(proof).toMatch(/^Not here/);
  for (const [, file = "", title] of named) {
    expect(existsSync(file), file).toBe(true);
    const text = readFileSync(file, "utf8");
    // A title begins with the numbers of all rows it proves: "N1, N6: ...".
    const numbered = new RegExp(`["\`](?:[A-Z]\\d+, )*${row}(?:, [A-Z]\\d+)*:? `);
    expect(title === undefined ? numbered.test(text) : text.includes(title), `${file} proves ${row}`).toBe(true);
  }
});
