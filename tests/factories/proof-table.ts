/** Tables of documents that name for each row the test that proves it, or the reason why none is needed. */
import { existsSync, readFileSync } from "node:fs";
import { expect } from "vitest";

export type ProofRow = { row: string; what: string; proof: string };

/** The rows of the tables in a document: the number, the subject, and the tests that prove it. */
export function proofRows(document: string): ProofRow[] {
  return readFileSync(document, "utf8")
    .split("\n")
    .flatMap((line) => {
      const [, row = "", what = "", proof = ""] = line.match(/^\| ([A-Z]?-?\d+) +\| (.+?) +\| (.+?) +\|$/) ?? [];
      return row ? [{ row, what, proof }] : [];
    });
}

/**
 * Expects that every test in a proof exists: `file` "beginning of the title", or `file` alone, with titles that match `untitled`. A
 * proof without a test must match `reason`.
 */
export function expectProven({ row, proof }: ProofRow, reason: RegExp, untitled: RegExp): void {
  const named = [...proof.matchAll(/`([^`]+\.test\.ts)`(?: "([^"]+)")?/g)];
  if (named.length === 0) expect(proof).toMatch(reason);
  for (const [, file = "", title] of named) {
    expect(existsSync(file), file).toBe(true);
    const text = readFileSync(file, "utf8");
    expect(title === undefined ? untitled.test(text) : text.includes(title), `${file} proves ${row}`).toBe(true);
  }
}
