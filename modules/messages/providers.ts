import { z } from "zod";
import { writeAudit } from "#lib/identity/audit";
import { readClock } from "#lib/time/clock";
import { type Ctx, describeActor, type ReadCtx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { execute, query, sql } from "#lib/database/sql";
import { beginProbe, isHalfOpen, type Standing } from "./breaker.ts";
import { type Channel, FILTERED_HOLDS, REPORT_HOLDS_MINUTES, type TransportName } from "./rules.ts";
import type { pauseInput, providersAnswer, resumeInput } from "./schema.ts";
import { findProviders } from "./sql/find-providers.ts";
import { isPaused } from "./sql/is-paused.ts";
import { mustBeAhead } from "./store.ts";
import type { Transport } from "./transports/transport.ts";

/** The transport of each channel. */
export type Transports = Readonly<Record<Channel, Transport>>;

/** Whether a provider takes a message now, and how it stands. `turn`: yes; `full`: the rate of this second is used up; `paused`: not during its pause. */
export type Turn = Standing & { verdict: "turn" | "full" | "paused" };

/**
 * Takes a turn at a provider: SENDS_PER_SECOND of them in a second for all workers together, none while it is paused, and one
 * message alone while it is half open. One row
 * in the database decides for all of them.
 */
export async function takeTurn(ctx: Ctx, transport: TransportName): Promise<Turn> {
  const [row] = await query(
    ctx.db,
    z.object({ verdict: z.enum(["turn", "full", "paused", "half-open"]), unsureInRow: z.int() }),
    sql`
    INSERT INTO message_providers AS p (transport, second_at, in_second) VALUES (${transport}, ${ctx.now}::timestamptz, 1)
    ON CONFLICT (transport) DO UPDATE SET
      second_at = CASE WHEN p.second_at > ${ctx.now}::timestamptz - interval '1 second' THEN p.second_at ELSE ${ctx.now}::timestamptz END,
      in_second = CASE WHEN p.second_at > ${ctx.now}::timestamptz - interval '1 second' THEN least(p.in_second, ${ctx.limits.sendsPerSecond}::int) + 1 ELSE 1 END
    RETURNING CASE WHEN ${isPaused(ctx)} THEN 'paused' WHEN p.in_second > ${ctx.limits.sendsPerSecond}::int THEN 'full'
                   WHEN ${isHalfOpen(ctx)} THEN 'half-open' ELSE 'turn' END AS verdict, p.unsure_in_row AS "unsureInRow"`,
  );
  const { verdict, unsureInRow } = row!;
  if (verdict !== "half-open") return { verdict, unsureInRow, isProbe: false };
  const isProbe = await beginProbe(ctx, transport);
  return { verdict: isProbe ? "turn" : "paused", unsureInRow, isProbe };
}

/** The transports that are paused now. */
export async function pausedProviders(ctx: Pick<Ctx, "db" | "now">): Promise<string[]> {
  const rows = await query(
    ctx.db,
    z.object({ transport: z.string() }),
    sql`SELECT transport FROM message_providers p WHERE ${isPaused(ctx)}`,
  );
  return rows.map(({ transport }) => transport);
}

/**
 * Pauses a provider: for so many seconds, or until a person ends the pause (null). A shorter pause does not shorten a longer one,
 * and a pause that a person must end stays. `by` is the person; null for a pause that Ringback makes. True when this pause counts.
 */
export async function pauseProvider(
  ctx: Ctx,
  transport: TransportName,
  {
    seconds,
    errorClass,
    why,
    by = null,
  }: { seconds: number | null; errorClass: string; why: string; by?: string | null },
): Promise<boolean> {
  const rows = await execute(
    ctx.db,
    sql`INSERT INTO message_providers AS p (transport, paused_at, paused_until, pause_class, pause_why, paused_by)
        VALUES (${transport}, ${ctx.now}::timestamptz, ${ctx.now}::timestamptz + ${seconds}::float8 * interval '1 second', ${errorClass}, ${why}, ${by})
        ON CONFLICT (transport) DO UPDATE SET paused_at = EXCLUDED.paused_at, paused_until = EXCLUDED.paused_until,
          pause_class = EXCLUDED.pause_class, pause_why = EXCLUDED.pause_why, paused_by = EXCLUDED.paused_by
        WHERE NOT ${isPaused(ctx)} OR (p.paused_until IS NOT NULL AND (EXCLUDED.paused_until IS NULL OR EXCLUDED.paused_until > p.paused_until))`,
  );
  return rows === 1;
}

/**
 * Pauses a provider until a person resumes it, because it reported a fault on our side for a message of `attemptedAt`. An attempt of
 * long ago, or of before the last pause ended, is no reason: what it shows may have been put right. `severalOf`: a code of which it
 * takes reports about several recipients, `FILTERED_HOLDS`; null when one report is enough.
 */
export async function holdProvider(
  ctx: Ctx,
  transport: TransportName,
  { attemptedAt, why, severalOf }: { attemptedAt: Date; why: string; severalOf: string | null },
): Promise<void> {
  const [{ isReason, since }] = (await query(
    ctx.db,
    z.object({ isReason: z.boolean(), since: z.date().nullable() }),
    sql`SELECT ${attemptedAt}::timestamptz > ${ctx.now}::timestamptz - ${REPORT_HOLDS_MINUTES}::int * interval '1 minute'
          AND (ended.at IS NULL OR ended.at < ${attemptedAt}::timestamptz) AS "isReason", ended.at AS since
        FROM (SELECT max(p.paused_until) AS at FROM message_providers p
              WHERE p.transport = ${transport} AND p.pause_class NOT IN ('throttled', 'unsure') AND p.paused_until <= ${ctx.now}::timestamptz) ended`,
  )) as [{ isReason: boolean; since: Date | null }];
  if (!isReason) return;
  if (severalOf === null) return void (await pauseProvider(ctx, transport, { seconds: null, errorClass: "ours", why }));
  const { recipients, minutes } = FILTERED_HOLDS;
  if ((await countFailed(ctx, transport, { code: severalOf, since })) < recipients) return;
  const several = `${why} It did so for ${recipients} recipients within ${minutes} minutes.`;
  await pauseProvider(ctx, transport, { seconds: null, errorClass: "ours", why: several });
}

/**
 * Counts the recipients whose texts failed with this code within the last minutes, of attempts after `since`. Of simultaneous reports the
 * later one counts the earlier: each waits for the row of the provider.
 */
async function countFailed(
  ctx: Ctx,
  transport: TransportName,
  { code, since }: { code: string; since: Date | null },
): Promise<number> {
  await execute(
    ctx.db,
    sql`INSERT INTO message_providers AS p (transport) VALUES (${transport}) ON CONFLICT (transport) DO UPDATE SET in_second = p.in_second`,
  );
  const [{ n }] = (await query(
    ctx.db,
    z.object({ n: z.int() }),
    sql`SELECT count(DISTINCT m.recipient)::int AS n FROM messages m
        WHERE m.state = 'failed' AND m.error_class = 'ours' AND m.error_code = ${code} AND m.transport = ${transport}
          AND coalesce(m.ended_at, m.stored_at) > ${ctx.now}::timestamptz - ${FILTERED_HOLDS.minutes}::int * interval '1 minute' AND m.ended_at IS NOT NULL
          AND (${since}::timestamptz IS NULL OR m.attempted_at > ${since}::timestamptz)`,
  )) as [{ n: number }];
  return n;
}

/** The providers that are configured, and those that were used; whether each is paused, and how many messages wait for it. */
export async function listProviders(ctx: ReadCtx): Promise<z.input<typeof providersAnswer>> {
  const now = await readClock(ctx.db);
  const providers = await findProviders(ctx, now);
  return { providers, now };
}

/**
 * Pauses a provider by hand, until a time or until somebody ends the pause; no message is lost meanwhile. Refuses `invalid_input`
 * for a time that has passed, and `wrong_state` for a provider that is paused for longer already.
 */
export async function pauseProviderByHand(
  ctx: Ctx,
  { transport, why, until }: z.output<typeof pauseInput>,
): Promise<{ success: true; message: string }> {
  mustBeAhead(ctx, "until", until);
  const seconds = until === undefined ? null : (Date.parse(until) - ctx.now.getTime()) / 1_000;
  const isNew = await pauseProvider(ctx, transport, {
    seconds,
    errorClass: "person",
    why,
    by: describeActor(ctx.actor),
  });
  if (!isNew) throw new Refusal("wrong_state", `${transport} is paused already, for as long or longer.`);
  await writeAudit(ctx.db, { actor: ctx.actor, action: "provider.paused", subject: `provider ${transport}` });
  return { success: true, message: `${transport} is paused; its messages wait.` };
}

/** Ends the pause of a provider. Refuses `wrong_state` for a provider that is not paused. */
export async function resumeProvider(
  ctx: Ctx,
  { transport }: z.output<typeof resumeInput>,
): Promise<{ success: true; message: string }> {
  const rows = await execute(
    ctx.db,
    sql`UPDATE message_providers p SET paused_until = ${ctx.now}::timestamptz, paused_by = NULL, unsure_in_row = 0
        WHERE transport = ${transport} AND ${isPaused(ctx)}`,
  );
  if (rows === 0) throw new Refusal("wrong_state", `${transport} is not paused, so there is nothing to resume.`);
  await writeAudit(ctx.db, { actor: ctx.actor, action: "provider.resumed", subject: `provider ${transport}` });
  return { success: true, message: `${transport} sends again.` };
}
