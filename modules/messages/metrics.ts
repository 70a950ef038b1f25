import { z } from "zod";
import { readClock } from "#lib/time/clock";
import type { ReadCtx } from "#lib/base/context";
import { counter, histogram, type Reading } from "#lib/base/metrics";
import { query, sql } from "#lib/database/sql";
import { readLoad } from "./sql/read-load.ts";

/** The counters of messages in one process; `npm run worker` is a process of its own. */
export const counted = {
  enqueued: () =>
    counter("messaging_queue_enqueue_total", "Requests to send a message, by what came of them.", [
      "channel",
      "result",
    ]),
  dequeued: () => counter("messaging_queue_dequeue_total", "Events that were taken out of the queue to be stored."),
  processed: () =>
    counter("messaging_queue_processed_total", "Attempts to hand a message over, by what came of them.", [
      "channel",
      "outcome",
    ]),
  failed: () =>
    counter("messaging_queue_failed_total", "Attempts that a provider refused or that did not reach it.", [
      "channel",
      "class",
    ]),
  retried: () =>
    counter("messaging_queue_retry_total", "Attempts that were not the first of their message.", ["channel"]),
  buried: () => counter("messaging_queue_dlq_total", "Messages and events that went to the dead letters."),
  latency: () =>
    histogram(
      "messaging_processing_latency_seconds",
      "From when a message could be sent until its provider had it.",
      [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 1_800, 7_200],
    ),
} as const;

/**
 * The readings of messages, for all processes together. It also registers the counters of this process, so that they are exposed
 * while they are zero.
 */
export async function messageReadings(ctx: ReadCtx): Promise<Reading[]> {
  for (const make of Object.values(counted)) make();
  const now = await readClock(ctx.db);
  const { depth, oldest, unserved, active, waiting, unsure, held, dead } = await readLoad(ctx, now);
  const providers = await query(
    ctx.db,
    z.object({ provider: z.string(), isPaused: z.boolean() }),
    sql`SELECT transport AS provider, paused_at IS NOT NULL AND (paused_until IS NULL OR paused_until > ${now}::timestamptz) AS "isPaused"
        FROM message_providers ORDER BY transport`,
  );
  const one = (name: string, help: string, value: number): Reading => ({ name, help, values: [{ value }] });
  return [
    one("messaging_queue_depth", "Messages that were accepted and are not stored yet.", depth),
    one(
      "messaging_queue_oldest_age_seconds",
      "How long ago the oldest of these was accepted; 0 when there is none.",
      oldest ?? 0,
    ),
    {
      name: "messaging_queue_unserved",
      help: "How many of these lie in a queue from which no worker takes anything since QUEUE_BACKEND was changed.",
      values: unserved.map(({ queue, count }) => ({ labels: { queue }, value: count })),
    },
    one("messaging_worker_active", "Messages that workers are handing over at this moment.", active),
    one("messaging_messages_waiting", "Messages that are stored and wait to be sent.", waiting),
    one("messaging_messages_unsure", "Messages of which nobody knows whether they were sent.", unsure),
    one("messaging_messages_held", "Messages that are held until a time or until somebody releases them.", held),
    one("messaging_dead_letters", "Messages that will not be sent unless somebody redrives them.", dead),
    {
      name: "messaging_provider_paused",
      help: "1 while nothing is sent by this provider.",
      values: providers.map(({ provider, isPaused }) => ({ labels: { provider }, value: isPaused ? 1 : 0 })),
    },
  ];
}
