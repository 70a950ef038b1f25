import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { execute, query, sql } from "#lib/database/sql";
import type { Claimed, JobError, Script, Turn } from "#modules/jobs";
import { noteEvent } from "./note-event.ts";

const work = z.object({
  scenario: z.custom<Omit<Script, "maxTurns"> & { maxTurns?: number }>(),
  maxTokens: z.bigint().nullable(),
  throttledSince: z.date().nullable(),
});

/** What a claimed job is about, its run going from then on; null when nobody waits for it any more. */
export async function beginItem(ctx: Ctx, { runId, place }: Claimed): Promise<z.infer<typeof work> | null> {
  const [found] = await query(
    ctx.db,
    work,
    sql`WITH begun AS (
          UPDATE runs SET status = 'RUNNING', started_at = ${ctx.now}::timestamptz, changed_at = ${ctx.now}::timestamptz
          WHERE id = ${runId} AND status = 'PENDING'
        )
        SELECT s.scenario, r.max_tokens AS "maxTokens", i.throttled_since AS "throttledSince"
        FROM run_items i JOIN runs r ON r.id = i.run_id JOIN run_scenarios s ON s.run_id = i.run_id AND s.place = i.scenario_place
        WHERE i.run_id = ${runId} AND i.place = ${place} AND i.is_live`,
  );
  return found ?? null;
}

/** Why a conversation that ended is not a plain success. */
const CLASSES: Readonly<Record<string, string>> = { "content-filter": "refused", length: "cut_short" };

/** Writes the one result of an item, and what was said. Throws when it has one: then nothing is written. */
export async function completeItem(tx: Ctx, job: Claimed, begunAt: Date, turns: readonly Turn[]): Promise<void> {
  const { runId, place } = job;
  const finishReason = turns.at(-1)?.finishReason ?? "stop";
  const changed = await execute(
    tx.db,
    sql`UPDATE run_items SET state = 'completed', is_live = false, attempts = attempts + 1, class = ${CLASSES[finishReason] ?? null},
               code = NULL, error = NULL, started_at = ${begunAt}::timestamptz, ended_at = ringback_now(), turns = ${turns.length},
               tokens_in = ${sumOf(turns, "tokensIn")}::bigint, tokens_out = ${sumOf(turns, "tokensOut")}::bigint,
               latency_ms = ${turns.reduce((sum, { latencyMs }) => sum + latencyMs, 0)}::int, finish_reason = ${finishReason}
        WHERE run_id = ${runId} AND place = ${place} AND is_live`,
  );
  if (changed === 0) throw new Error(`item ${runId}-${place} has its result already`);
  await execute(
    tx.db,
    sql`INSERT INTO run_transcripts (run_id, place, attempt, transcript, stored_at)
        VALUES (${runId}, ${place}, ${job.attempt}, ${JSON.stringify(turns)}::jsonb, ringback_now())`,
  );
}

/** What nobody knows of one turn is not known of all of them. */
function sumOf(turns: readonly Turn[], what: "tokensIn" | "tokensOut"): number | null {
  return turns.reduce<number | null>((sum, turn) => (sum === null || turn[what] === null ? null : sum + turn[what]), 0);
}

/** Writes down why an attempt failed, and with the last one that the item has. */
export async function failItem(tx: Ctx, job: Claimed, begunAt: Date, error: JobError, isLast: boolean): Promise<void> {
  const { errorClass, code, message } = error;
  await execute(
    tx.db,
    sql`WITH failed AS (
          UPDATE run_items SET attempts = attempts + 1, class = ${errorClass}, code = ${code}, error = ${message.slice(0, 1_000)},
                 started_at = ${begunAt}::timestamptz,
                 state = CASE WHEN ${isLast} THEN 'failed' ELSE state END, is_live = NOT ${isLast},
                 ended_at = CASE WHEN ${isLast} THEN ringback_now() ELSE ended_at END
          WHERE run_id = ${job.runId} AND place = ${job.place} AND is_live RETURNING *)
        ${noteEvent(sql`SELECT run_id, place, ringback_now(), 'failed', attempts, started_at, class, code, error, NULL FROM failed`)}`,
  );
}

/** Writes down since when an item has only been asked to wait; how often it was asked is of no interest. */
export async function throttleItem(tx: Ctx, { runId, place }: Claimed, { code, message }: JobError): Promise<void> {
  await execute(
    tx.db,
    sql`WITH throttled AS (
          UPDATE run_items SET throttled_since = coalesce(throttled_since, ${tx.now}::timestamptz), class = 'throttled',
                 code = ${code}, error = ${message.slice(0, 1_000)}
          WHERE run_id = ${runId} AND place = ${place} AND is_live RETURNING *)
        ${noteEvent(sql`SELECT run_id, place, ringback_now(), 'throttled', NULL, ${tx.now}::timestamptz, class, code, error, NULL FROM throttled
          WHERE throttled_since = ${tx.now}::timestamptz`)}`,
  );
}
