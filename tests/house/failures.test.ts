import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { expectProven, proofRows } from "#tests/factories/proof-table";

/** Failures of other systems, in the documents of the modules that prevent them here, with the numbers of their rows. */
const TABLES = [
  { document: "modules/runs/FAILURES.md", first: 1, last: 41 },
  { document: "modules/messages/FAILURES.md", first: 42, last: 66 },
];

test.each(TABLES)(
  "each failure in $document is kept away by a test of that title, or says why it cannot happen",
  ({ document, first, last }) => {
    const rows = proofRows(document);
    expect(rows.map(({ row }) => Number(row))).toEqual(Array.from({ length: last - first + 1 }, (_, n) => first + n));
    // A file without a title proves nothing.
    for (const row of rows) expectProven(row, /^Cannot: .{20}/, /(?!)/);
  },
);

test("each title in italics in docs/browser-queue.md is one of a test", () => {
  const tests = globSync("{modules,tests}/**/*.test.ts")
    .filter((file) => file.includes("durable-queue") || file.includes("desk"))
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");
  const missing = proofRows("docs/browser-queue.md")
    .flatMap(({ proof }) => [...proof.matchAll(/_([^_]+)_/g)].map(([, title = ""]) => title))
    .filter((title) => !title.split("…").every((part) => tests.includes(part.trim())));
  expect(missing).toEqual([]);
});
