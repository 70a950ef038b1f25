import { z } from "zod";
import type { Db } from "#lib/database/db";
import { query, sql } from "#lib/database/sql";

const invitedRow = z.object({ email: z.string(), name: z.string() });

/** Finds the person of an invitation that is still valid. */
export async function findInvited(db: Db, identifier: string): Promise<z.infer<typeof invitedRow> | undefined> {
  const [invited] = await query(
    db,
    invitedRow,
    sql`SELECT a.email, a.name FROM staff_verifications v JOIN staff_accounts a ON a.id = v.value
        WHERE v.identifier = ${identifier} AND v.expires_at > clock_timestamp()`,
  );
  return invited;
}
