import type { Db } from "#lib/database/db";
import { ERASED_REQUEST } from "#lib/database/once";
import { execute, sql } from "#lib/database/sql";
import type { Erasure } from "../../module.ts";
import { isAbout } from "./kept-answers.ts";

/**
 * Empties stored answers about the person. The key stays taken, so that a late repeat does nothing instead of everything again.
 */
export async function eraseKeptAnswers(db: Db, { customerId, addresses }: Erasure): Promise<number> {
  return execute(
    db,
    sql`UPDATE idempotency_keys k SET answer = NULL, request_hash = ${ERASED_REQUEST} WHERE ${isAbout(customerId, sql`${[...addresses]}::text[]`)}`,
  );
}
