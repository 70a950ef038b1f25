import { z } from "zod";
import { writeAudit } from "#lib/audit";
import { readClock } from "#lib/clock";
import type { Ctx, ReadCtx } from "#lib/context";
import { Refusal } from "#lib/errors";
import { execute, query, sql } from "#lib/sql";
import { providersAnswer, type resumeInput } from "./schema.ts";
import type { Channel } from "./rules.ts";
import type { Transport, TransportName } from "./transports/transport.ts";

/** The way out of each channel. */
export type Transports = Readonly<Record<Channel, Transport>>;

/** Whether a provider takes a message at this moment: `turn`, not before a moment has passed, or not while it is paused. */
export type Turn = "turn" | "full" | "paused";

/**
 * Takes a turn at a provider: SENDS_PER_SECOND of them in a second for all workers together, and none while it is paused. One row
 * that everybody sees decides.
 */
export async function takeTurn(ctx: Ctx, transport: TransportName): Promise<Turn> {
  const [row] = await query(
    ctx.db,
    z.object({ turn: z.enum(["turn", "full", "paused"]) }),
    sql`
    INSERT INTO message_providers AS p (transport, second_at, in_second) VALUES (${transport}, ${ctx.now}::timestamptz, 1)
    ON CONFLICT (transport) DO UPDATE SET
      second_at = CASE WHEN p.second_at > ${ctx.now}::timestamptz - interval '1 second' THEN p.second_at ELSE ${ctx.now}::timestamptz END,
      in_second = CASE WHEN p.second_at > ${ctx.now}::timestamptz - interval '1 second' THEN least(p.in_second, ${ctx.limits.sendsPerSecond}::int) + 1 ELSE 1 END
    RETURNING CASE WHEN ${isPaused(ctx)} THEN 'paused' WHEN p.in_second > ${ctx.limits.sendsPerSecond}::int THEN 'full' ELSE 'turn' END AS turn`,
  );
  return row!.turn;
}

/** The transports that are left alone at this moment. */
export async function pausedProviders(ctx: Pick<Ctx, "db" | "now">): Promise<string[]> {
  const rows = await query(
    ctx.db,
    z.object({ transport: z.string() }),
    sql`SELECT transport FROM message_providers p WHERE ${isPaused(ctx)}`,
  );
  return rows.map(({ transport }) => transport);
}

/**
 * Leaves a provider alone: for so many seconds, after which it ends by itself, or until a person lets it go on (null). A longer pause is not
 * shortened by another, and one that a person must end stays.
 */
export async function pauseProvider(
  ctx: Ctx,
  transport: TransportName,
  { seconds, errorClass, why }: { seconds: number | null; errorClass: string; why: string },
): Promise<void> {
  await execute(
    ctx.db,
    sql`INSERT INTO message_providers AS p (transport, paused_at, paused_until, pause_class, pause_why)
        VALUES (${transport}, ${ctx.now}::timestamptz, ${ctx.now}::timestamptz + ${seconds}::float8 * interval '1 second', ${errorClass}, ${why})
        ON CONFLICT (transport) DO UPDATE SET paused_at = EXCLUDED.paused_at, paused_until = EXCLUDED.paused_until,
          pause_class = EXCLUDED.pause_class, pause_why = EXCLUDED.pause_why
        WHERE p.paused_at IS NULL OR (p.paused_until IS NOT NULL AND (EXCLUDED.paused_until IS NULL OR EXCLUDED.paused_until > p.paused_until))`,
  );
}

/** The ways out that were used or paused, and whether they are left alone at this moment. */
export async function listProviders(ctx: ReadCtx): Promise<z.input<typeof providersAnswer>> {
  const now = await readClock(ctx.db);
  const providers = await query(
    ctx.db,
    providersAnswer.shape.providers.element,
    sql`SELECT transport, ${isPaused({ now })} AS "isPaused", CASE WHEN ${isPaused({ now })} THEN paused_until END AS "pausedUntil",
               CASE WHEN ${isPaused({ now })} THEN pause_why END AS why FROM message_providers p ORDER BY transport`,
  );
  return { providers };
}

/** Lets a provider go on. Refuses `wrong_state` for one that is not left alone. */
export async function resumeProvider(
  ctx: Ctx,
  { transport }: z.output<typeof resumeInput>,
): Promise<{ success: true; message: string }> {
  const rows = await execute(
    ctx.db,
    sql`UPDATE message_providers p SET paused_at = NULL, paused_until = NULL, pause_class = NULL, pause_why = NULL
        WHERE transport = ${transport} AND ${isPaused(ctx)}`,
  );
  if (rows === 0) throw new Refusal("wrong_state", `${transport} is not paused; it is used.`);
  await writeAudit(ctx.db, { actor: ctx.actor, action: "provider.resumed", subject: `provider ${transport}` });
  return { success: true, message: `${transport} is used again.` };
}

const isPaused = ({ now }: Pick<Ctx, "now">) =>
  sql`(p.paused_at IS NOT NULL AND (p.paused_until IS NULL OR p.paused_until > ${now}::timestamptz))`;
