import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { retryAfterSeconds } from "#lib/outbound/retry-after";
import { execute, query, type Sql, sql } from "#lib/database/sql";
import { counted } from "../metrics.ts";
import { backoffMs, LOOK_UP_MINUTES } from "../rules.ts";
import type { Failed, Sent, Unsure } from "../transports/transport.ts";
import { messageEventOf } from "./event.ts";

/** What an unsure message waits for when nothing else can settle it. */
export const NEEDS_PERSON = "Somebody must say whether it arrived.";

/** One claim of a message. */
export type Claim = Readonly<{ id: string; fence: number }>;

/**
 * The progress of a message that is known for certain; no later report lowers it. The provider has the message (1), no report came
 * for long (2), it failed without a reason (3), it was delivered or failed for a reason (4).
 */
const RANK = sql`(CASE m.state WHEN 'sent' THEN 1 WHEN 'no_receipt' THEN 2 WHEN 'delivered' THEN 4
  WHEN 'failed' THEN CASE WHEN m.error_code IS NULL THEN 3 ELSE 4 END WHEN 'bounced' THEN 4 ELSE 0 END)`;

/**
 * Records that the provider has the message. It becomes `sent` from every state, unless a later report has moved it on already. True when the state changed.
 */
export async function settleSent(
  ctx: Ctx,
  { id, fence }: Claim,
  { providerId, said, sentence }: Sent,
): Promise<boolean> {
  await nameIt(ctx, id, providerId);
  return isOne(
    await execute(
      ctx.db,
      sql`UPDATE messages m SET state = 'sent', handed_over_at = coalesce(m.handed_over_at, ${ctx.now}::timestamptz), ended_at = NULL,
            ${QUIET}, ${NO_ERROR}, ${messageEventOf(ctx, "sent", sentence ?? "The provider has it.", { ...(said !== undefined && { said }), fence })}
          WHERE id = ${id}::uuid AND direction = 'out' AND ${RANK} < 1`,
    ),
  );
}

/**
 * Marks the message as `unsure`: nobody knows whether the provider has it. It is not sent again automatically. `isAsked`: the provider can
 * be asked whether it has it. False when the claim was lost.
 */
export async function settleUnsure(
  ctx: Ctx,
  claim: Claim,
  { code, sentence }: Omit<Unsure, "outcome">,
  isAsked: boolean,
): Promise<boolean> {
  // Without an answer to wait for, a person is asked at once.
  const isForPeople = !isAsked && ctx.limits.unsurePolicy === "hold";
  const next = isForPeople ? NEEDS_PERSON : "Whether it was sent is being found out; it is not sent again by itself.";
  return isOne(
    await execute(
      ctx.db,
      sql`UPDATE messages m SET state = 'unsure', look_ups = 0, ${QUIET}, error_class = NULL, error_code = ${code}, error_sentence = ${sentence},
            next_attempt_at = ${isForPeople ? null : ctx.now}::timestamptz + ${LOOK_UP_MINUTES[0]}::int * interval '1 minute',
            ${messageEventOf(ctx, "unsure", `${sentence} ${next}`, { code })}
          WHERE ${isUnderWay(claim)}`,
    ),
  );
}

/** Records a failed attempt that counts; the next one waits for its backoff. Null when the claim was lost. */
export async function settleRetry(ctx: Ctx, claim: Claim, failed: Failed): Promise<"stored" | "dead" | null> {
  const { retryMaxAttempts, retryMaxAgeSeconds } = ctx.limits;
  const { sentence, code, said } = failed;
  const [row] = await query(
    ctx.db,
    z.object({ state: z.enum(["stored", "dead"]) }),
    sql`
    WITH next AS MATERIALIZED (
      SELECT m.id, w.at, CASE
          WHEN m.attempts >= ${retryMaxAttempts}::int THEN ${`${sentence} That was the last of ${retryMaxAttempts} attempts.`}::text
          WHEN w.at >= m.due_since + ${retryMaxAgeSeconds}::int * interval '1 second' THEN ${`${sentence} It could have been sent for too long by now.`}::text
        END AS last
      FROM messages m
      CROSS JOIN LATERAL (SELECT date_trunc('milliseconds', greatest(${ctx.now}::timestamptz + (${BACKOFFS}::float8[])[least(greatest(m.attempts, 1), ${KNOWN_BACKOFFS})] * (0.5 + random() / 2) * interval '1 millisecond',
                                          ${ctx.now}::timestamptz + ${retryAfterSeconds(failed.retryAfter, ctx.now) ?? 0}::float8 * interval '1 second')) AS at) w
      WHERE ${isUnderWay(claim)}
    )
    UPDATE messages m SET state = CASE WHEN n.last IS NULL THEN 'stored' ELSE 'dead' END,
      next_attempt_at = CASE WHEN n.last IS NULL THEN n.at END, ended_at = CASE WHEN n.last IS NOT NULL THEN ${ctx.now}::timestamptz END,
      ${QUIET}, ${errorOf(failed)},
      ${messageEventOf(
        ctx,
        sql`CASE WHEN n.last IS NULL THEN 'retry' ELSE 'dead' END`,
        sql`coalesce(n.last, ${`${sentence} It is tried again.`})`,
        sql`${JSON.stringify({ code, ...(said !== undefined && { said }) })}::jsonb
            || CASE WHEN n.last IS NULL THEN jsonb_build_object('notBefore', n.at) ELSE '{}'::jsonb END`,
      )}
    FROM next n WHERE m.id = n.id AND ${isUnderWay(claim)} RETURNING m.state`,
  );
  if (row?.state === "dead") counted.buried().inc();
  return row?.state ?? null;
}

/** Records an attempt that failed through no fault of the message: it does not count, and the message waits as before. */
export async function settleDeferred(
  ctx: Ctx,
  claim: Claim,
  why: string,
  { code, said }: Pick<Failed, "code" | "said">,
): Promise<boolean> {
  return isOne(
    await execute(
      ctx.db,
      sql`UPDATE messages m SET state = 'stored', attempts = m.attempts - 1, next_attempt_at = ${ctx.now}::timestamptz, ${QUIET},
            ${messageEventOf(ctx, "deferred", why, { code, ...(said !== undefined && { said }) })}
          WHERE ${isUnderWay(claim)} AND m.attempts > 0`,
    ),
  );
}

/** Ends a message that will not be sent: it becomes a dead letter, or gets the state for a fault of its recipient. */
export async function settleEnd(
  ctx: Ctx,
  claim: Claim,
  failed: Failed,
  state: "dead" | "failed" | "bounced" | "suppressed",
): Promise<boolean> {
  const { sentence, code, said } = failed;
  const isEnded = isOne(
    await execute(
      ctx.db,
      sql`UPDATE messages m SET state = ${state}, ended_at = ${ctx.now}::timestamptz, next_attempt_at = NULL, ${QUIET}, ${errorOf(failed)},
            ${messageEventOf(ctx, state, sentence, { code, ...(said !== undefined && { said }) })}
          WHERE ${isUnderWay(claim)}`,
    ),
  );
  if (isEnded && state === "dead") counted.buried().inc();
  return isEnded;
}

/** Gives a claim back before anything was sent, without an event. The message is not claimed again within `waitMs`. */
export async function giveBack(ctx: Ctx, { id, fence }: Claim, waitMs: number): Promise<void> {
  await execute(
    ctx.db,
    sql`UPDATE messages m SET leased_until = NULL, crashes = greatest(m.crashes - 1, 0),
          next_attempt_at = greatest(m.next_attempt_at, ${ctx.now}::timestamptz + ${waitMs}::float8 * interval '1 millisecond')
        WHERE id = ${id}::uuid AND fence = ${fence}::int AND state = 'stored'`,
  );
}

/** Holds a claimed message until a time. */
export async function holdUntil(ctx: Ctx, claim: Claim, until: Date, why: string): Promise<boolean> {
  return isOne(
    await execute(
      ctx.db,
      sql`UPDATE messages m SET state = 'held', hold_reason = 'quiet_hours', held_until = ${until}::timestamptz, next_attempt_at = NULL,
            leased_until = NULL, crashes = 0, ${messageEventOf(ctx, "held", why)}
          WHERE id = ${claim.id}::uuid AND fence = ${claim.fence}::int AND state = 'stored' AND leased_until > ${ctx.now}::timestamptz`,
    ),
  );
}

/**
 * Stores what a provider reports of a message that it has: `sent`, `delivered`, or `failed` with its code and the meaning of that.
 * The state only moves forwards, for reports in any order. True when the state changed.
 */
export async function applySaid(
  ctx: Ctx,
  id: string,
  said: Readonly<{
    state: "sent" | "delivered" | "failed" | "bounced";
    errorClass?: string;
    code?: string | null;
    sentence?: string;
  }>,
): Promise<boolean> {
  const { state, errorClass = null, code = null, sentence = null } = said;
  const isOver = state !== "sent";
  const rank = state === "sent" ? 1 : state === "failed" && code === null ? 3 : 4;
  const why = { sent: "The provider has it.", delivered: "It was delivered.", failed: "", bounced: "" }[state];
  return isOne(
    await execute(
      ctx.db,
      sql`UPDATE messages m SET state = ${state}, handed_over_at = coalesce(m.handed_over_at, ${ctx.now}::timestamptz),
            ended_at = CASE WHEN ${isOver} THEN ${ctx.now}::timestamptz END, ${QUIET}, next_attempt_at = NULL,
            error_class = ${errorClass}, error_code = ${code}, error_sentence = ${sentence},
            ${messageEventOf(ctx, state, why || (sentence ?? "It was not delivered."), { ...(code !== null && { code }) })}
          WHERE id = ${id}::uuid AND direction = 'out' AND ${RANK} < ${rank}::int`,
    ),
  );
}

/** Stores the provider's id of a message; it is set once, and is never that of an earlier delivery, before a redrive. */
export async function nameIt(ctx: Pick<Ctx, "db">, id: string, providerId: string): Promise<void> {
  await execute(
    ctx.db,
    sql`UPDATE messages m SET provider_id = ${providerId} WHERE id = ${id}::uuid AND provider_id IS NULL AND NOT ${providerId} = ANY (old_provider_ids)
          AND NOT EXISTS (SELECT FROM messages o WHERE o.transport = m.transport AND o.provider_id = ${providerId} AND o.direction = 'out')`,
  );
}

const isOne = (rows: number): boolean => rows === 1;

/** The attempt of this claim has begun and its result is not known; it may be marked as unsure. */
const isUnderWay = ({ id, fence }: Claim): Sql =>
  sql`m.id = ${id}::uuid AND m.fence = ${fence}::int AND m.state IN ('sending', 'unsure')`;

/** No worker holds a lease on the message, and it is not held. */
const QUIET = sql`leased_until = NULL, crashes = 0, hold_reason = NULL, held_until = NULL`;
const NO_ERROR = sql`error_class = NULL, error_code = NULL, error_sentence = NULL, next_attempt_at = NULL`;

const errorOf = ({ errorClass, code, sentence }: Failed): Sql =>
  sql`error_class = ${errorClass}, error_code = ${code}, error_sentence = ${sentence}`;

const KNOWN_BACKOFFS = 20;
const BACKOFFS = sql`${Array.from({ length: KNOWN_BACKOFFS }, (_, n) => backoffMs(n + 1))}`;
