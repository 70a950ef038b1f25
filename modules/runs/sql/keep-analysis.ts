import type { Ctx } from "#lib/base/context";
import { execute, sql } from "#lib/database/sql";
import type { AnalysisKind } from "#modules/jobs";

type Kept = Readonly<{
  runId: number;
  kind: AnalysisKind;
  transcripts: number;
  result: Record<string, unknown> | null;
  error: string | null;
}>;

/**
 * Stores an analysis of a run in place of one of the same kind that saw as many transcripts or fewer; an analysis of more
 * transcripts stays. An `error` keeps the last result beside it. Nothing is written for a run that is deleted.
 */
export async function keepAnalysis(ctx: Ctx, { runId, kind, transcripts, result, error }: Kept): Promise<void> {
  await execute(
    ctx.db,
    sql`INSERT INTO run_analyses (run_id, kind, transcripts, result, error, computed_at)
        SELECT id, ${kind}, ${transcripts}, ${result === null ? null : JSON.stringify(result)}::jsonb, ${error}, ringback_now()
        FROM runs WHERE id = ${runId}
        ON CONFLICT (run_id, kind) DO UPDATE SET transcripts = EXCLUDED.transcripts, result = coalesce(EXCLUDED.result, run_analyses.result),
          error = EXCLUDED.error, computed_at = EXCLUDED.computed_at
        WHERE run_analyses.transcripts <= EXCLUDED.transcripts`,
  );
}
