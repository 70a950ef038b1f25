import type { z } from "zod";
import type { Db } from "#lib/database/db";
import { query, sql } from "#lib/database/sql";
import { invitedAnswer } from "../schema.ts";

/** Finds the person of an invitation that is still valid. */
export async function findInvited(db: Db, identifier: string): Promise<z.infer<typeof invitedAnswer> | undefined> {
  const [invited] = await query(
    db,
    invitedAnswer,
    sql`SELECT a.email, a.name, a.role,
               EXISTS (SELECT FROM staff_credentials c WHERE c.account_id = a.id AND c.password IS NOT NULL) AS "hasPassword"
        FROM staff_verifications v JOIN staff_accounts a ON a.id = v.value
        WHERE v.identifier = ${identifier} AND v.expires_at > clock_timestamp()`,
  );
  return invited;
}
