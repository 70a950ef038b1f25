import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { queryDirect } from "#lib/database/direct";
import { execute, type Sql, sql } from "#lib/database/sql";
import { together } from "#lib/database/together";
import type { Claimed, JobError, Script, Turn } from "#modules/jobs";
import { noteEvent } from "./note-event.ts";

const work = z.object({
  asked: z.int(),
  scenario: z.custom<Omit<Script, "maxTurns"> & { maxTurns?: number }>(),
  maxTokens: z.string().transform(BigInt).nullable(),
  throttledSince: z.date().nullable(),
  isPending: z.boolean(),
});
type Work = z.infer<typeof work>;

/** Reads the work of a claimed job and sets its run from `PENDING` to `RUNNING`; null when the item is no longer live. */
export async function beginItem(ctx: Ctx, job: Claimed): Promise<Work | null> {
  const found = await readWork(ctx, job);
  if (found?.isPending) {
    await execute(
      ctx.db,
      sql`UPDATE runs SET status = 'RUNNING', started_at = ${ctx.now}::timestamptz, changed_at = ${ctx.now}::timestamptz
          WHERE id = ${job.runId} AND status = 'PENDING'`,
    );
  }
  return found;
}

/** Jobs that were claimed together share the statement. */
const readWork = together<Pick<Ctx, "db">, Claimed, Work | null>(async (ctx, jobs) => {
  const found = await queryDirect(
    ctx.db,
    work,
    sql`SELECT a.asked::int AS asked, s.scenario, r.max_tokens::text AS "maxTokens", i.throttled_since AS "throttledSince",
               r.status = 'PENDING' AS "isPending"
        FROM unnest(${jobs.map(({ runId }) => runId)}::int[], ${jobs.map(({ place }) => place)}::int[]) WITH ORDINALITY AS a (run_id, place, asked)
        JOIN run_items i ON i.run_id = a.run_id AND i.place = a.place AND i.is_live JOIN runs r ON r.id = i.run_id
        JOIN run_scenarios s ON s.run_id = i.run_id AND s.place = i.scenario_place`,
  );
  const byOrder = new Map(found.map((one) => [one.asked, one]));
  return jobs.map((_, order) => byOrder.get(order + 1) ?? null);
});

/** The clock of a statement, read once: what it writes in several rows happened at one moment. */
const CLOCK = sql`clock AS MATERIALIZED (SELECT ringback_now() AS now)`;

/** Why a conversation that ended is not a plain success. */
const CLASSES: Readonly<Record<string, string>> = { "content-filter": "refused", length: "cut_short" };

/** A conversation that was held: its beginning and its turns. */
type Held = Readonly<{ begunAt: Date; turns: readonly Turn[] }>;

/**
 * Writes the one result and the transcript of each of these items in one statement. The tokens of an item are those of all its
 * attempts; null when the last one's are not known. Throws when an item has a result already; then nothing
 * is written.
 */
export async function completeItems(
  tx: Ctx,
  ended: readonly Readonly<{ job: Claimed; result: Held }>[],
): Promise<void> {
  const rows = ended.map(({ job: { runId, place, attempt }, result: { begunAt, turns } }) => {
    const finishReason = turns.at(-1)?.finishReason ?? "stop";
    return {
      runId,
      place,
      attempt,
      begunAt,
      transcript: turns,
      finishReason,
      class: CLASSES[finishReason] ?? null,
      tokensIn: sumOf(turns, "tokensIn"),
      tokensOut: sumOf(turns, "tokensOut"),
      latencyMs: turns.reduce((sum, { latencyMs }) => sum + latencyMs, 0),
    };
  });
  const stored = await execute(
    tx.db,
    sql`WITH ended AS MATERIALIZED (
          SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS e ("runId" int, place int, attempt int, "begunAt" timestamptz,
            transcript jsonb, "finishReason" text, class text, "tokensIn" bigint, "tokensOut" bigint, "latencyMs" int)
        ), ${CLOCK}, completed AS (
          UPDATE run_items i SET state = 'completed', is_live = false, attempts = attempts + 1, class = e.class, code = NULL, error = NULL,
                 started_at = e."begunAt", ended_at = clock.now, turns = jsonb_array_length(e.transcript), tokens_in = coalesce(i.tokens_in, 0) + e."tokensIn",
                 tokens_out = coalesce(i.tokens_out, 0) + e."tokensOut", latency_ms = e."latencyMs", finish_reason = e."finishReason"
          FROM ended e, clock WHERE i.run_id = e."runId" AND i.place = e.place AND i.is_live RETURNING i.run_id, i.place, i.ended_at
        )
        INSERT INTO run_transcripts (run_id, place, attempt, transcript, stored_at)
        SELECT run_id, c.place, e.attempt, e.transcript, c.ended_at FROM completed c JOIN ended e ON (e."runId", e.place) = (c.run_id, c.place)`,
  );
  if (stored < rows.length) throw new Error(`${rows.length - stored} of these items have their result already`);
}

/** The sum over the turns; null when the number of any turn is unknown. */
function sumOf(turns: readonly Turn[], what: "tokensIn" | "tokensOut"): number | null {
  return turns.reduce<number | null>((sum, turn) => (sum === null || turn[what] === null ? null : sum + turn[what]), 0);
}

/** An attempt that failed: when it began, why it failed, and the turns before that. */
export type Fault = Readonly<{ begunAt: Date; error: JobError; turns: readonly Turn[] }>;

/** The tokens that these turns used, as far as they are known, on top of those of the attempts before. */
function withTokensOf(turns: readonly Turn[]): Sql {
  const known = (what: "tokensIn" | "tokensOut") => turns.reduce((sum, turn) => sum + (turn[what] ?? 0), 0);
  return sql`tokens_in = nullif(coalesce(tokens_in, 0) + ${known("tokensIn")}::bigint, 0),
             tokens_out = nullif(coalesce(tokens_out, 0) + ${known("tokensOut")}::bigint, 0)`;
}

/** Adds the tokens of an attempt that is given back. */
export async function noteSpent(ctx: Pick<Ctx, "db">, job: Claimed, turns: readonly Turn[]): Promise<void> {
  await execute(
    ctx.db,
    sql`UPDATE run_items SET ${withTokensOf(turns)} WHERE run_id = ${job.runId} AND place = ${job.place} AND is_live`,
  );
}

/** Writes the event `failed`, or `lost`, with its reason; the last attempt also sets the item to `failed`. */
export async function failItem(
  tx: Ctx,
  job: Claimed,
  { begunAt, error, turns, isLast }: Fault & { isLast: boolean },
): Promise<void> {
  const { errorClass, code, message } = error;
  const event = errorClass === "expired" ? "lost" : "failed";
  await execute(
    tx.db,
    sql`WITH ${CLOCK}, failed AS (
          UPDATE run_items SET attempts = attempts + 1, class = ${errorClass}, code = ${code}, error = ${message.slice(0, 1_000)},
                 started_at = ${begunAt}::timestamptz, ${withTokensOf(turns)},
                 state = CASE WHEN ${isLast} THEN 'failed' ELSE state END, is_live = NOT ${isLast},
                 ended_at = CASE WHEN ${isLast} THEN clock.now ELSE ended_at END
          FROM clock WHERE run_id = ${job.runId} AND place = ${job.place} AND is_live RETURNING *)
        ${noteEvent(sql`SELECT run_id, place, now, ${event}, attempts, started_at, class, code, error, NULL FROM failed`)}`,
  );
}

/**
 * Notes since when an item has been throttled, and writes the event `throttled` once per such period; `begunAt` is when the attempt
 * began that was answered so.
 */
export async function throttleItem(tx: Ctx, job: Claimed, { begunAt, error, turns }: Fault): Promise<void> {
  const { code, message } = error;
  await execute(
    tx.db,
    sql`WITH ${CLOCK}, before AS (
          SELECT run_id, place, throttled_since IS NULL AS is_first FROM run_items
          WHERE run_id = ${job.runId} AND place = ${job.place} AND is_live FOR UPDATE
        ), throttled AS (
          UPDATE run_items i SET throttled_since = coalesce(throttled_since, clock.now), class = 'throttled',
                 code = ${code}, error = ${message.slice(0, 1_000)}, ${withTokensOf(turns)}
          FROM clock, before b WHERE i.run_id = b.run_id AND i.place = b.place RETURNING i.*, b.is_first)
        ${noteEvent(sql`SELECT run_id, place, throttled_since, 'throttled', NULL, ${begunAt}::timestamptz, class, code, error, NULL FROM throttled
          WHERE is_first`)}`,
  );
}
