import { expect } from "vitest";
import { z } from "zod";
import { poolOf } from "#lib/database/db";
import { joined, sql } from "#lib/database/sql";
import { invariants } from "../../modules/all.ts";
import { db } from "../setup/database.ts";

/**
 * All invariants in one statement; `place` is that of the invariant in the list. Tests ask it after every step, and to
 * plan it takes ten times as long as to run it, so a connection prepares it once.
 */
const { text, values } = joined(
  invariants.map(({ statement }, place) => sql`SELECT ${place}::int AS place, example::text FROM (${statement}) AS it`),
  " UNION ALL ",
);
const found = z.object({ place: z.int(), example: z.string() });

/** The findings of `npm run verify` on this file's database: each violated invariant with its examples. */
export async function violations(): Promise<{ id: string; examples: string[] }[]> {
  const { rows } = await poolOf(db).query({ name: "every invariant", text, values });
  const byPlace = Map.groupBy(z.array(found).parse(rows), ({ place }) => place);
  return [...byPlace].map(([place, these]) => ({
    id: invariants[place]!.id,
    examples: these.slice(0, 3).map(({ example }) => example),
  }));
}

/** Fails with the examples when any invariant of the desk is violated. */
export async function expectInvariants(): Promise<void> {
  expect(await violations()).toEqual([]);
}
