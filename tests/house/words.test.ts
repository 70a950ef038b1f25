/** The words of the house: code, comments, screens and documents use the terms of the field. */
import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** Words that a term of the README's glossary, or a plain one, has replaced. */
const REPLACED: Readonly<Record<string, string>> = {
  "told|untold|retold": "delivered, answered, said",
  news: "webhook event, report, result",
  "deeds?": "action, mutation",
  patience: "timeout",
  "whoever|whatever": "a plain subject, any",
  noughts: "zeros",
  "conversation holder|holder token": "subscriber, conversation token",
};
/** The memory of calls reads words of people, a migration keeps the words of its day, and this file names them all. */
const ABOUT_WORDS = /call-memory|spoken-time|cursor-tasks\/migration\.test|house\/words\.test/;

const files = globSync(
  "{app,lib,modules,scripts,bench,tests,docs,prisma/schema}/**/*.{ts,tsx,mjs,md,css,py,prisma}",
).filter((file) => !ABOUT_WORDS.test(file));

test.each(Object.entries(REPLACED))("nothing says “%s”, for which there is “%s”", (words) => {
  const pattern = new RegExp(`\\b(?:${words})\\b`, "i");
  expect(files.length).toBeGreaterThan(1_000);
  const lines = ["README.md", ...files].flatMap((file) =>
    readFileSync(file, "utf8")
      .split("\n")
      .flatMap((line, at) => (pattern.test(line) ? [`${file}:${at + 1}: ${line.trim()}`] : [])),
  );
  expect(lines).toEqual([]);
});
