import { z } from "zod";
import { writeAudits } from "#lib/identity/audit";
import type { Ctx } from "#lib/base/context";
import { execute, query, type Sql, sql } from "#lib/database/sql";
import type { MarkChange } from "./sql/import-numbers.ts";
import type { Imported } from "./sql/import-users.ts";
import { cancelPromises, returnPromises, setPromisesAside } from "./sql/withdraw-promises.ts";

/**
 * What follows from an import for the marks of numbers: everybody else who has a number is marked as it is, the open
 * promises to those who may not be called are cancelled or set aside, and those that waited for the right number are
 * due again. Every change is in the audit.
 */
export async function followMarks(ctx: Ctx, { json }: Imported, changes: readonly MarkChange[]): Promise<void> {
  const numbers = changes.map(({ number }) => number);
  await execute(
    ctx.db,
    sql`UPDATE users u SET do_not_call = NOT u.do_not_call, updated_at = ${ctx.now}::timestamptz
        FROM (SELECT u.id FROM users u JOIN phone_numbers p ON p.number = u.number
              WHERE u.number = ANY (${numbers}::text[]) AND u.do_not_call <> (p.do_not_call_at IS NOT NULL)
              ORDER BY u.id FOR NO KEY UPDATE OF u) differs
        WHERE u.id = differs.id`,
  );
  const concerned = sql`(u.id IN (SELECT id FROM jsonb_to_recordset(${json}::jsonb) AS x(id bigint)) OR u.number = ANY (${numbers}::text[]))`;
  const usersWith = async (condition: Sql): Promise<bigint[]> => {
    const rows = await query(
      ctx.db,
      z.object({ id: z.bigint() }),
      sql`SELECT u.id FROM users u WHERE ${concerned} AND ${condition} ORDER BY u.id`,
    );
    return rows.map(({ id }) => id);
  };
  const open = sql`EXISTS (SELECT FROM callbacks c WHERE c.user_id = u.id AND c.status IN ('pending', 'accepted'))`;
  const waiting = sql`EXISTS (SELECT FROM call_queue q WHERE q.user_id = u.id AND q.status IN ('pending', 'assigned') AND q.call_session_id IS NULL)`;
  await cancelPromises(ctx, {
    userIds: await usersWith(sql`u.do_not_call AND (${open} OR ${waiting})`),
    numbers: changes.filter(({ isMarked }) => isMarked).map(({ number }) => number),
    why: "The import says: this number asked not to be called.",
  });
  await setPromisesAside(ctx, {
    userIds: await usersWith(sql`u.wrong_number AND NOT u.do_not_call AND (${open} OR ${waiting})`),
    numbers: [],
    why: "The number of the import is known to be wrong. Import the right one.",
  });
  await returnPromises(ctx, {
    userIds: await usersWith(sql`NOT u.wrong_number AND NOT u.do_not_call AND ${open}`),
    numbers: [],
  });
  await writeAudits(
    ctx.db,
    changes.map(({ userId, isMarked }) => ({
      actor: ctx.actor,
      action: isMarked ? "number.do_not_call" : "number.callable",
      subject: `user ${userId}`,
      details: { source: "import" },
    })),
  );
}
