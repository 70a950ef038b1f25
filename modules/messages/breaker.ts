import type { Ctx } from "#lib/base/context";
import { execute, type Sql, sql } from "#lib/database/sql";
import { BREAKER, LEASE_MS, type TransportName } from "./rules.ts";
import { isPaused } from "./sql/is-paused.ts";
import { type SendResult, STOPPED } from "./transports/transport.ts";

/**
 * The circuit breaker of a provider. Each unsure message needs a person, so a provider that leaves several in a row unsure is paused;
 * after the pause one message, the probe, tries it while the others wait.
 */

/** How the provider stood when an attempt took its turn: the unsure messages in a row, and whether this attempt is the probe. */
export type Standing = Readonly<{ unsureInRow: number; isProbe: boolean }>;

/** The provider `p` left too many in a row unsure, and its pause is over: one message may try it. */
export const isHalfOpen = (ctx: Pick<Ctx, "now">): Sql =>
  sql`(p.unsure_in_row >= ${BREAKER.unsure}::int AND NOT ${isPaused(ctx)})`;

/** Makes the caller's message the probe: the provider is paused for all others while it is under way. False when another is the probe. */
export async function beginProbe(ctx: Ctx, transport: TransportName): Promise<boolean> {
  const rows = await execute(
    ctx.db,
    sql`UPDATE message_providers p SET paused_at = ${ctx.now}::timestamptz, paused_until = ${ctx.now}::timestamptz + ${LEASE_MS.send}::float8 * interval '1 millisecond',
          pause_class = 'unsure', pause_why = 'One message tries now whether it answers again.', paused_by = NULL
        WHERE p.transport = ${transport} AND ${isHalfOpen(ctx)}`,
  );
  return rows === 1;
}

/**
 * Records what an attempt shows of its provider. A pause that somebody or another cause began meanwhile stays. Null: nothing was handed
 * over. A clear answer counts when the attempt began after the first of the unsure ones: that of an earlier attempt proves nothing.
 */
export async function noteAnswer(
  ctx: Ctx,
  transport: TransportName,
  { unsureInRow, isProbe }: Standing,
  result: SendResult | null,
): Promise<void> {
  const { now } = ctx;
  if (result?.outcome === "unsure") return noteUnsure(ctx, transport, isProbe, result.sentence);
  const isNone = result === null || (result.outcome === "failed" && result.code === STOPPED.code);
  if (unsureInRow === 0 || (isNone && !isProbe)) return;
  await execute(
    ctx.db,
    sql`UPDATE message_providers p SET unsure_in_row = CASE WHEN ${isNone} THEN p.unsure_in_row ELSE 0 END,
          paused_until = CASE WHEN ${isPaused(ctx)} THEN ${now}::timestamptz ELSE p.paused_until END
        WHERE p.transport = ${transport} AND ${isOpenTo(ctx, isProbe)}`,
  );
}

async function noteUnsure(ctx: Ctx, transport: TransportName, isProbe: boolean, sentence: string): Promise<void> {
  const { unsure, firstMinutes, maxMinutes } = BREAKER;
  const row = sql`(p.unsure_in_row + 1)`;
  const isTooMany = sql`(${row} >= ${unsure}::int)`;
  // The exponent is bounded: the row may grow for weeks.
  const minutes = sql`least(${maxMinutes}::int, ${firstMinutes}::int * 2 ^ least(${row} - ${unsure}::int, 10))`;
  const why = sql`'It left the last ' || ${row} || ' messages unsure: ' || ${sentence}::text || ' After the pause one message tries it again.'`;
  await execute(
    ctx.db,
    sql`UPDATE message_providers p SET unsure_in_row = ${row},
          paused_at = CASE WHEN ${isTooMany} THEN ${ctx.now}::timestamptz ELSE p.paused_at END,
          paused_until = CASE WHEN ${isTooMany} THEN ${ctx.now}::timestamptz + ${minutes} * interval '1 minute' ELSE p.paused_until END,
          pause_class = CASE WHEN ${isTooMany} THEN 'unsure' ELSE p.pause_class END,
          pause_why = CASE WHEN ${isTooMany} THEN ${why} ELSE p.pause_why END,
          paused_by = CASE WHEN ${isTooMany} THEN NULL ELSE p.paused_by END
        WHERE p.transport = ${transport} AND ${isOpenTo(ctx, isProbe)}`,
  );
}

/** The provider is not paused, or only because this attempt is its probe. */
const isOpenTo = (ctx: Ctx, isProbe: boolean): Sql =>
  sql`(NOT ${isPaused(ctx)} OR (${isProbe} AND p.pause_class = 'unsure' AND p.paused_until IS NOT NULL))`;
