import { expect } from "vitest";
import { z } from "zod";
import { query } from "#lib/sql";
import { invariants } from "#modules/monitoring";
import { db } from "../setup/database.ts";

/** What `npm run verify` would find on this file's database: each violated invariant with its examples. */
export async function violations(): Promise<{ id: string; examples: string[] }[]> {
  const found: { id: string; examples: string[] }[] = [];
  for (const { id, statement } of invariants) {
    const rows = await query(db, z.object({ example: z.string() }), statement);
    if (rows.length > 0) found.push({ id, examples: rows.slice(0, 3).map(({ example }) => example) });
  }
  return found;
}

/** Fails with the examples when any invariant of the desk is violated. */
export async function expectInvariants(): Promise<void> {
  expect(await violations()).toEqual([]);
}
