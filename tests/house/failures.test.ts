import { expect, test } from "vitest";
import { expectProven, proofRows } from "#tests/factories/proof-table";

/** What others met, in the module that keeps it from happening here; with the numbers of the rows. */
const TABLES = [{ document: "modules/runs/FAILURES.md", first: 1, last: 41 }];

test.each(TABLES)(
  "each failure in $document is kept away by a test of that title, or says why it cannot happen",
  ({ document, first, last }) => {
    const rows = proofRows(document);
    expect(rows.map(({ row }) => Number(row))).toEqual(Array.from({ length: last - first + 1 }, (_, n) => first + n));
    // A file without a title proves nothing.
    for (const row of rows) expectProven(row, /^Cannot: .{20}/, /(?!)/);
  },
);
