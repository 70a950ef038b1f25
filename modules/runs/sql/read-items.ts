import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import type { Turn } from "#modules/jobs";
import { ITEM_COLUMNS, itemRow } from "./item-columns.ts";

const transcriptRow = itemRow.extend({ transcript: z.custom<Turn[]>().nullable() });
export type WithTranscript = z.infer<typeof transcriptRow>;

type Key = Readonly<{ runId: number; place: number }>;

/** Reads these items with their transcripts, in any order; `transcript` is null before an item has completed. */
export async function readItems(ctx: Pick<Ctx, "db">, keys: readonly Key[]): Promise<WithTranscript[]> {
  return query(
    ctx.db,
    transcriptRow,
    sql`SELECT ${ITEM_COLUMNS}, t.transcript
        FROM unnest(${keys.map(({ runId }) => runId)}::int[], ${keys.map(({ place }) => place)}::int[]) AS w (run_id, place)
        JOIN run_items i USING (run_id, place) JOIN run_scenarios s ON s.run_id = i.run_id AND s.place = i.scenario_place
        LEFT JOIN run_transcripts t ON t.run_id = i.run_id AND t.place = i.place`,
  );
}
