import { z } from "zod";
import { writeAudit } from "#lib/identity/audit";
import type { Ctx } from "#lib/base/context";
import type { Db } from "#lib/database/db";
import { joined, query, sql } from "#lib/database/sql";
import { ownAddressesOf } from "#modules/messages";
import { modules } from "../all.ts";
import { type ExportAnswer, exportAnswer, type UserInput } from "./schema.ts";
import { userNotFound } from "./store.ts";

/** Everything that is stored about one user, of one moment, as plain JSON. Refuses `not_found` when nothing is. */
export async function exportUser(ctx: Ctx, { userId }: UserInput): Promise<ExportAnswer> {
  const found = exportAnswer.parse(await readEverything(ctx.db, userId));
  const { user, callbacks, queueEntries, calls, messages, queuedMessages } = found;
  const isKnown =
    user !== null || [callbacks, queueEntries, calls, messages, queuedMessages].some(({ length }) => length > 0);
  if (!isKnown) throw userNotFound(userId);
  await writeAudit(ctx.db, { actor: ctx.actor, action: "user.exported", subject: `user ${userId}` });
  return found;
}

/**
 * One statement, and so one moment. Ids that a JavaScript number would round are digits in quotes; everything else is
 * as PostgreSQL writes a row.
 */
async function readEverything(db: Db, userId: bigint): Promise<unknown> {
  const parts = modules.flatMap(({ personalData }) =>
    Object.entries(personalData?.read?.(userId, sql`own.addresses`) ?? {}),
  );
  const fields = joined(parts.map(([name, value]) => sql`${name}::text, ${value}`));
  const [row] = await query(
    db,
    z.object({ stored: z.unknown() }),
    sql`SELECT jsonb_build_object(${fields}) AS stored
        FROM (SELECT ARRAY(${ownAddressesOf(userId)}) AS addresses OFFSET 0) own`,
  );
  return row!.stored;
}
