import { z } from "zod";
import { writeAudit } from "#lib/identity/audit";
import { shownActor } from "#lib/identity/shown-actor";
import { type Ctx, describeActor, type ReadCtx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { forgetLimits } from "#lib/base/limits";
import { execute, query, sql } from "#lib/database/sql";
import { queueName } from "#modules/call-queue";
import { type nameQueueInput, QUEUE_TYPES, type queueNamesAnswer } from "./schema.ts";

type Names = z.infer<typeof queueNamesAnswer>;

/** Lists the queues with their names, and who named them. */
export async function listQueueNames(ctx: Pick<ReadCtx, "db">): Promise<Names> {
  const rows = await query(
    ctx.db,
    z.object({ queueType: z.string(), name: z.string(), changedBy: z.string(), changedAt: z.date() }),
    sql`SELECT queue_type AS "queueType", name, ${shownActor(sql`changed_by`)} AS "changedBy", changed_at AS "changedAt"
        FROM desk_queue_names`,
  );
  const queues = QUEUE_TYPES.map((queueType) => {
    const row = rows.find((one) => one.queueType === queueType);
    const { name = queueName(queueType, {}), changedBy = null, changedAt } = row ?? {};
    return { queueType, name, changedBy, changedAt: changedAt?.toISOString() ?? null };
  });
  return { queues };
}

/**
 * Names a queue; null returns it to its first name. Every instance shows the name within five seconds. Refuses
 * `invalid_input` for the name of the other queue.
 */
export async function nameQueue(ctx: Ctx, { queueType, name }: z.infer<typeof nameQueueInput>): Promise<Names> {
  const wanted = name ?? queueName(queueType, {});
  await inTransaction(ctx, async (tx) => {
    // Of two simultaneous changes one waits for the other.
    await execute(tx.db, sql`LOCK TABLE desk_queue_names IN SHARE ROW EXCLUSIVE MODE`);
    const { queues } = await listQueueNames(tx);
    if (queues.some((one) => one.queueType !== queueType && one.name.toLowerCase() === wanted.toLowerCase()))
      throw new Refusal("invalid_input", `Another queue is called “${wanted}”; give this one a name of its own.`);
    await execute(tx.db, sql`DELETE FROM desk_queue_names WHERE queue_type = ${queueType}`);
    if (name !== null)
      await execute(
        tx.db,
        sql`INSERT INTO desk_queue_names (queue_type, name, changed_by, changed_at)
            VALUES (${queueType}, ${name}, ${describeActor(ctx.actor)}, ${ctx.now}::timestamptz)`,
      );
    const details = { from: queues.find((one) => one.queueType === queueType)!.name, to: wanted };
    await writeAudit(tx.db, { actor: ctx.actor, action: "queue.named", subject: `queue ${queueType}`, details });
  });
  forgetLimits();
  return listQueueNames(ctx);
}
