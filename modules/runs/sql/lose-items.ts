import type { Ctx } from "#lib/base/context";
import { execute, sql } from "#lib/database/sql";
import { noteEvent } from "./note-event.ts";

/**
 * Ends live items of a run whose jobs have ended without them: `waiting` to `failed`, with the event `lost`. Returns how many; an
 * item that was settled together with its job is passed over.
 */
export async function loseItems(tx: Pick<Ctx, "db">, runId: number, jobIds: readonly string[]): Promise<number> {
  return execute(
    tx.db,
    sql`WITH lost AS (
            UPDATE run_items SET state = 'failed', is_live = false, class = 'expired', code = 'no_worker_left', attempts = attempts + 1,
                   error = 'No attempt ended in its time: the worker was lost, or it took too long.', ended_at = ringback_now()
            WHERE run_id = ${runId} AND job_id = ANY (${[...jobIds]}::uuid[]) AND is_live RETURNING *)
          ${noteEvent(sql`SELECT run_id, place, ended_at, 'lost', attempts, NULL, class, code, error, NULL FROM lost`)}`,
  );
}
