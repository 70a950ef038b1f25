import { z } from "zod";
import { writeAudit } from "#lib/identity/audit";
import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { execute, isoUtc, query, type Sql, sql } from "#lib/database/sql";
import { agentNotFound } from "./session.ts";
import type { explainUnsentInput, reportUnsentInput, unsentAnswer } from "./schema.ts";

/** More browsers than an agent works in; the limit keeps invented names from filling the table. */
const MAX_BROWSERS = 20;

type Answer = z.infer<typeof unsentAnswer>;

/**
 * A browser of the agent reports how many unsent actions it holds, and since when; the last report of each browser counts, and
 * zero clears it. The agent need not be logged in. An instant in the future counts as now. Refuses `not_found`, and `conflict`
 * when twenty other browsers of this agent hold something.
 */
export async function reportUnsent(ctx: Ctx, input: z.infer<typeof reportUnsentInput>): Promise<Answer> {
  const { agentId, browserId, device, unsent, oldestAt } = input;
  const [known] = await query(ctx.db, z.object({ id: z.int() }), sql`SELECT id FROM agents WHERE id = ${agentId}`);
  if (!known) throw agentNotFound(agentId);
  if (unsent === 0) {
    await clear(ctx, input);
    return { agentId, browserId };
  }
  const kept = await execute(
    ctx.db,
    sql`INSERT INTO browser_reports (agent_id, browser_id, device, unsent, oldest_at, reported_at)
        SELECT ${agentId}, ${browserId}, ${device}, ${unsent}::int,
               least(coalesce(${oldestAt}::timestamptz, ${ctx.now}::timestamptz), ${ctx.now}::timestamptz), ${ctx.now}::timestamptz
        WHERE (SELECT count(*) FROM browser_reports WHERE agent_id = ${agentId} AND browser_id <> ${browserId}) < ${MAX_BROWSERS}::int
        ON CONFLICT (agent_id, browser_id) DO UPDATE
        SET device = excluded.device, unsent = excluded.unsent, oldest_at = excluded.oldest_at, reported_at = excluded.reported_at
        WHERE browser_reports.reported_at <= excluded.reported_at`,
  );
  if (kept === 0 && !(await isNewer(ctx, input)))
    throw new Refusal(
      "conflict",
      "Too many browsers hold unsent actions of this agent. A supervisor can clear them under Agents.",
    );
  return { agentId, browserId };
}

type Browser = { agentId: number; browserId: string };

async function isNewer({ db, now }: Ctx, { agentId, browserId }: Browser): Promise<boolean> {
  const newer = await query(
    db,
    z.object({ id: z.int() }),
    sql`SELECT agent_id AS id FROM browser_reports
        WHERE agent_id = ${agentId} AND browser_id = ${browserId} AND reported_at > ${now}::timestamptz`,
  );
  return newer.length > 0;
}

function clear({ db, now }: Ctx, { agentId, browserId }: Browser): Promise<number> {
  return execute(
    db,
    sql`DELETE FROM browser_reports
        WHERE agent_id = ${agentId} AND browser_id = ${browserId} AND reported_at <= ${now}::timestamptz`,
  );
}

/**
 * Explains, for a supervisor, the fate of a browser that did not come back: its report is cleared, and the audit keeps the reason
 * with the number of held actions. When the browser comes back, it reports again. Refuses `not_found`.
 */
export async function explainUnsent(
  ctx: Ctx,
  { agentId, browserId, reason }: z.infer<typeof explainUnsentInput>,
): Promise<Answer> {
  return inTransaction(ctx, async (tx) => {
    const [held] = await query(
      tx.db,
      z.object({ unsent: z.int(), oldestAt: z.date() }),
      sql`DELETE FROM browser_reports WHERE agent_id = ${agentId} AND browser_id = ${browserId}
          RETURNING unsent, oldest_at AS "oldestAt"`,
    );
    if (!held) throw new Refusal("not_found", "This browser holds no unsent actions any more. Load the page again.");
    const details = { unsent: held.unsent, oldestAt: held.oldestAt.toISOString(), reason };
    await writeAudit(tx.db, {
      actor: ctx.actor,
      action: "agent.unsent_explained",
      subject: `agent ${agentId}`,
      details,
    });
    return { agentId, browserId };
  });
}

/**
 * The unsent actions that the browsers of an agent hold, as JSON, oldest first; `agentId` is an expression of the surrounding
 * statement.
 */
export function unsentOf(agentId: Sql): Sql {
  return sql`(SELECT coalesce(jsonb_agg(jsonb_build_object('browserId', b.browser_id, 'device', b.device, 'unsent', b.unsent,
                'oldestAt', ${isoUtc(sql`b.oldest_at`)}, 'reportedAt', ${isoUtc(sql`b.reported_at`)}) ORDER BY b.oldest_at, b.browser_id), '[]')
              FROM browser_reports b WHERE b.agent_id = ${agentId})`;
}
