import { readFileSync } from "node:fs";
import pg from "pg";
import { expect, test } from "vitest";
import { isDatabaseAway } from "#lib/database/error";

/** The messages of pg about a connection that is lost, slow, closed or out of step. */
const OF_THE_CONNECTION = [
  "Client has encountered a connection error and is not queryable",
  "Client was closed and is not queryable",
  "Connection terminated",
  "Connection terminated unexpectedly",
  "Query read timeout",
  "Received unexpected dataRow message from backend.",
  "timeout expired",
];

test.each(OF_THE_CONNECTION)("“%s” is said by pg, and means that the database is away", (words) => {
  expect(readFileSync("node_modules/pg/lib/client.js", "utf8")).toContain(words);
  expect(isDatabaseAway(new Error(words))).toBe(true);
});

test("a statement that was prepared before a migration changed its table means that another connection may answer", () => {
  const stale = new pg.DatabaseError("cached plan must not change result type", 0, "error");
  expect(isDatabaseAway(Object.assign(stale, { code: "0A000" }))).toBe(true);
  const unsupported = new pg.DatabaseError("cross-database references are not implemented", 0, "error");
  expect(isDatabaseAway(Object.assign(unsupported, { code: "0A000" }))).toBe(false);
});

test("a fault of our own does not mean that the database is away", () => {
  expect(isDatabaseAway(new Error("Cannot read properties of undefined"))).toBe(false);
  expect(isDatabaseAway(new TypeError("The timeout expired setting is unknown"))).toBe(false);
});
