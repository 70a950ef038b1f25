import type { z } from "zod";
import type { ReadCtx } from "#lib/base/context";
import { query, sql } from "#lib/database/sql";
import { CHANNELS, MAX_COUNTED } from "../rules.ts";
import { providersAnswer } from "../schema.ts";
import { openTransports } from "../transports/open.ts";
import { isPaused } from "./is-paused.ts";
import { wayOf } from "./way.ts";

const row = providersAnswer.shape.providers.element;

/**
 * Lists the providers that are set up and those that were used, by name: their channels, whether each is paused at `now`, and how many
 * messages wait for a paused one, up to `MAX_COUNTED`.
 */
export async function findProviders(ctx: ReadCtx, now: Date): Promise<z.infer<typeof row>[]> {
  const ways = openTransports();
  return query(
    ctx.db,
    row,
    sql`
    WITH ways AS (SELECT * FROM jsonb_to_recordset(${JSON.stringify(CHANNELS.map((channel) => ({ channel, transport: ways[channel].name })))}::jsonb) AS w (channel text, transport text)),
    known AS (SELECT transport FROM ways UNION SELECT transport FROM message_providers)
    SELECT transport, ARRAY(SELECT w.channel FROM ways w WHERE w.transport = k.transport ORDER BY w.channel DESC) AS channels,
           ${isPaused({ now })} AS "isPaused", CASE WHEN ${isPaused({ now })} THEN paused_until END AS "pausedUntil",
           CASE WHEN ${isPaused({ now })} THEN message_pause_words(p) END AS why,
           CASE WHEN ${isPaused({ now })} THEN (
             SELECT count(*)::int FROM (SELECT FROM messages m WHERE m.state = 'stored' AND ${wayOf()} = k.transport LIMIT ${MAX_COUNTED}) waiting) ELSE 0 END AS waiting
    FROM known k LEFT JOIN message_providers p USING (transport) ORDER BY transport`,
  );
}
