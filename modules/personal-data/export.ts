import { z } from "zod";
import { writeAudit } from "#lib/identity/audit";
import type { Ctx } from "#lib/base/context";
import type { Db } from "#lib/database/db";
import { joined, query, sql } from "#lib/database/sql";
import { ownAddressesOf } from "#modules/messages";
import { modules } from "../all.ts";
import { type ExportAnswer, exportAnswer, type PersonInput } from "./schema.ts";
import { nameOf, personNotFound, userIdOf } from "./store.ts";

/** Everything that is stored about one person, at one moment, as plain JSON. Refuses `not_found` when nothing is. */
export async function exportPerson(ctx: Ctx, { customerId }: PersonInput): Promise<ExportAnswer> {
  const found = exportAnswer.parse(await readEverything(ctx.db, customerId));
  const { user, callbacks, queueEntries, calls, messages, messageConversations, queuedMessages } = found;
  const isKnown =
    user !== null ||
    [callbacks, queueEntries, calls, messages, messageConversations, queuedMessages].some(({ length }) => length > 0);
  if (!isKnown) throw personNotFound(customerId);
  const action = userIdOf(customerId) === null ? "customer.exported" : "user.exported";
  await writeAudit(ctx.db, { actor: ctx.actor, action, subject: nameOf(customerId) });
  return found;
}

/**
 * One statement reads one moment. Ids that a JavaScript number would round are strings of digits; everything else is as
 * PostgreSQL writes a row.
 */
async function readEverything(db: Db, customerId: string): Promise<unknown> {
  const userId = userIdOf(customerId);
  const parts = modules.flatMap(({ personalData }) => [
    ...Object.entries((userId !== null && personalData?.read?.(userId)) || {}),
    ...Object.entries(personalData?.readCustomer?.(customerId, sql`own.addresses`) ?? {}),
  ]);
  const fields = joined(parts.map(([name, value]) => sql`${name}::text, ${value}`));
  const [row] = await query(
    db,
    z.object({ stored: z.unknown() }),
    sql`SELECT jsonb_build_object(${fields}) AS stored
        FROM (SELECT ARRAY(${ownAddressesOf(customerId)}) AS addresses OFFSET 0) own`,
  );
  return row!.stored;
}
