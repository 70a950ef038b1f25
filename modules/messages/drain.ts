import { z } from "zod";
import { monotonic, pause, readClock } from "#lib/time/clock";
import { allDone } from "#lib/base/all-done";
import type { Ctx } from "#lib/base/context";
import type { Until } from "#lib/time/until";
import { flushSteps } from "#lib/base/trace";
import { currentLimits } from "#lib/base/limits";
import { query, sql } from "#lib/database/sql";
import { openQueue } from "./queue/open.ts";
import { pausedProviders, type Transports } from "./providers.ts";
import { type Channel, CHANNELS } from "./rules.ts";
import { sendMessage } from "./send.ts";
import { claimDue } from "./sql/claim-due.ts";
import { sweepMessages } from "./sql/sweep.ts";
import { storeFromQueue } from "./store-from-queue.ts";
import { openTransports } from "./transports/open.ts";
import { lookUpUnsure } from "./unsure.ts";

/** `notSent`: attempts after which the provider does not have the message or may not have it, and messages that were suppressed, held or expired. */
export type DrainedMessages = { stored: number; sent: number; notSent: number; faults: number };

/** Messages are claimed until `stop`; one that has not left at `end` is not sent. */
type Way = Until &
  Readonly<{
    /** Whether the work ends when nothing is due. */
    untilEmpty: boolean;
    transports?: Transports;
    /** Reads the limits again before each round, for a worker that runs longer than they stay the same; without it the limits of the context hold. */
    limits?: (db: Ctx["db"]) => Promise<Ctx["limits"]>;
  }>;

/** In milliseconds. */
const IDLE_MS = 300;
const SWEEP_MS = 2_000;

/** Stores and sends messages until none is due or `until` stops it. Safe when two overlap. */
export async function drainMessagesForCron(ctx: Ctx, until: Until, transports?: Transports): Promise<DrainedMessages> {
  const drained = await drainMessages(ctx, { ...until, untilEmpty: true, ...(transports && { transports }) });
  // A serverless function is frozen between two requests: traces that are not sent now may never be.
  await flushSteps();
  return drained;
}

/** Works by the limits that supervisors have set until `until` stops it; a message that is being sent then may finish until its end. */
export async function runMessageWorker(ctx: Ctx, until: Until): Promise<DrainedMessages> {
  return drainMessages(ctx, { ...until, untilEmpty: false, limits: currentLimits });
}

/**
 * Stores events of the queue and sends due messages concurrently, in any number of processes. When it resolves, no statement and no
 * request of it is under way. With WORKER_ENABLED=0 it does nothing.
 */
async function drainMessages(given: Ctx, way: Way): Promise<DrainedMessages> {
  const drained: DrainedMessages = { stored: 0, sent: 0, notSent: 0, faults: 0 };
  if (!given.limits.isMessageWorker) return drained;
  const { transports = openTransports() } = way;
  const sending = new Set<Promise<void>>();
  const lookUps = new Set<Promise<void>>();
  let hasLookedUp = false;
  let sweptAt = -Infinity;

  const begin = (work: Promise<boolean>) => {
    const one: Promise<void> = work
      .then((isSent) => {
        drained[isSent ? "sent" : "notSent"] += 1;
      })
      .catch((error: unknown) => {
        drained.faults += 1;
        given.log.error({ reason: String(error) }, "a message failed unexpectedly");
      })
      .finally(() => sending.delete(one));
    sending.add(one);
  };

  /** Begins look-ups of unsure messages without waiting for them: a provider that does not answer must not hold up the round. */
  const beginLookUps = (ctx: Ctx): void => {
    if (lookUps.size > 0) return;
    const asking: Promise<void> = lookUpUnsure(ctx, transports, way.end)
      .then((asked) => {
        hasLookedUp ||= asked > 0;
      })
      .catch((error: unknown) => given.log.warn({ reason: String(error) }, "unsure messages could not be looked up"))
      .finally(() => lookUps.delete(asking));
    lookUps.add(asking);
  };

  /** Begins to send as many due messages as there is room for, and returns how many. */
  const claim = async (ctx: Ctx): Promise<number> => {
    const room = ctx.limits.messageConcurrency - sending.size;
    if (room <= 0) return 0;
    const channels = await openChannels(ctx, transports);
    if (channels.length === 0) return 0;
    const claimed = await claimDue(ctx, { channels, limit: room });
    for (const message of claimed) begin(sendMessage(ctx, message, transports, way.end));
    return claimed.length;
  };

  /** Does one round and returns how many messages it stored or claimed. */
  const round = async (): Promise<number> => {
    const limits = (await way.limits?.(given.db)) ?? given.limits;
    const ctx = { ...given, limits, now: await readClock(given.db) };
    if (monotonic() - sweptAt >= SWEEP_MS) {
      sweptAt = monotonic();
      await sweepMessages(ctx);
      beginLookUps(ctx);
    }
    const [stored, claimed] = await allDone([storeFromQueue(ctx), claim(ctx)]);
    drained.stored += stored;
    return stored + claimed;
  };

  const isBusy = () => sending.size + lookUps.size > 0;
  while (!way.stop.aborted) {
    // An attempt that was under way when the round looked may have ended meanwhile, and so made a message due.
    const wasBusy = isBusy();
    hasLookedUp = false;
    const done = await round().catch(async (error: unknown) => {
      given.log.warn({ reason: String(error) }, "a worker cannot work on messages at the moment");
      await idle(way.stop);
      return 0;
    });
    if (done === 0 && !isBusy() && (wasBusy || hasLookedUp)) continue;
    if (done === 0 && !isBusy() && way.untilEmpty && !(await hasSoon(given, transports, way))) break;
    if (done > 0 && sending.size < given.limits.messageConcurrency) continue;
    await Promise.race([...sending, ...lookUps, idle(way.stop)]);
  }
  await Promise.all([...sending, ...lookUps]);
  await openQueue(given).rest();
  return drained;
}

/** In seconds: the cron waits for messages that become due within this time. */
const SOON_SECONDS = 5;

/** Whether a message becomes due within `SOON_SECONDS`: by its next attempt, or by the next second of its provider. */
async function hasSoon(given: Ctx, transports: Transports, { stop }: Way): Promise<boolean> {
  const before = await readClock(given.db);
  const channels = await openChannels({ ...given, now: before }, transports);
  const [soon] = await query(
    given.db,
    z.object({ is: z.boolean() }),
    sql`SELECT EXISTS (SELECT FROM messages WHERE state = 'stored' AND channel = ANY (${channels}::text[])
          AND next_attempt_at BETWEEN ${before}::timestamptz AND ${before}::timestamptz + ${SOON_SECONDS}::int * interval '1 second'
          AND (leased_until IS NULL OR leased_until <= ${before}::timestamptz)) AS is`,
  );
  if (!soon!.is) return false;
  await idle(stop);
  // While the clock of a test stands still nothing becomes due.
  return (await readClock(given.db)) > before;
}

/** The channels whose providers are not paused. */
async function openChannels(ctx: Ctx, transports: Transports): Promise<Channel[]> {
  const paused = await pausedProviders(ctx);
  return CHANNELS.filter((channel) => !paused.includes(transports[channel].name));
}

function idle(signal: AbortSignal): Promise<void> {
  return pause(IDLE_MS, signal).catch(() => {});
}
