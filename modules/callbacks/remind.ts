import { z } from "zod";
import { type Ctx, describeActor } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { execute, query, sql } from "#lib/database/sql";
import type { Until } from "#lib/time/until";
import { localTime } from "#lib/time/zone";
import { acceptSms, withdrawMessages } from "#modules/messages";
import { plusMinutes } from "./rules.ts";
import { findReminded, type Reminded } from "./sql/find-reminded.ts";
import { findOutdatedTexts } from "./sql/find-texts.ts";

/** The occasion of a text: a new promise, another time, a cancelled call, or a call that is near. */
export type Occasion = "promised" | "moved" | "cancelled" | "soon";

/** Texts queued by one tick at most; the next tick is a minute away. */
const BATCH = 500;

/** Records that the user wants texts about this callback, and queues the first, in the transaction of the promise. */
export async function beginReminding(tx: Ctx, callbackId: number): Promise<void> {
  await execute(
    tx.db,
    sql`INSERT INTO callback_reminders (callback_id, since, wanted_by) VALUES (${callbackId}, ${tx.now}::timestamptz, ${describeActor(tx.actor)})`,
  );
  await remind(tx, callbackId, "promised");
}

/**
 * Queues a text about the change of a callback, in the transaction of the change, where the user wants texts, a sender is
 * configured, and the time of the call lies ahead. A text that cannot be queued never fails the change: the reason is recorded
 * instead.
 */
export async function remind(tx: Ctx, callbackId: number, occasion: Exclude<Occasion, "soon">): Promise<void> {
  if (tx.limits.reminderFrom === null) return;
  const [callback] = await findReminded(
    tx,
    sql`c.id = ${callbackId} AND c.scheduled_for > ${tx.now}::timestamptz`,
    sql``,
  );
  if (!callback) return;
  await withdrawOutdated(tx, callbackId);
  await sendText(tx, callback, occasion, `callback-${callbackId}-${occasion}-${callback.eventSeq}`);
}

/**
 * Withdraws texts that are not true any more, and queues a text for every call that is REMINDER_LEAD_MINUTES away or nearer, unless a
 * text about this time was queued within those minutes. Each text has a transaction of its own that locks its callback; a callback that another transaction holds is
 * skipped. Of two simultaneous runs one queues the text. Texts for which `until` leaves no time are left to the next tick.
 */
export async function remindSoon(ctx: Ctx, until: Until): Promise<void> {
  if (ctx.limits.reminderFrom === null) return;
  await withdrawOutdated(ctx).catch((error: unknown) => {
    ctx.log.warn(
      { reason: String(error) },
      "texts that are not true any more could not be withdrawn; the next tick tries again",
    );
  });
  const lead = sql`${ctx.limits.reminderLeadMinutes}::int * interval '1 minute'`;
  const isDue = sql`c.status IN ('pending', 'accepted') AND c.scheduled_for > ${ctx.now}::timestamptz
    AND c.scheduled_for <= ${plusMinutes(ctx.now, ctx.limits.reminderLeadMinutes)}::timestamptz
    AND NOT EXISTS (SELECT FROM callback_texts t WHERE t.callback_id = c.id AND t.for_time = c.scheduled_for AND t.at > c.scheduled_for - ${lead})`;
  const due = await findReminded(ctx, isDue, sql`ORDER BY c.scheduled_for, c.id LIMIT ${BATCH}`);
  for (const { id } of due) {
    if (until.stop.aborted) return;
    await inTransaction(ctx, async (tx) => {
      const held = sql`FOR UPDATE OF c SKIP LOCKED`;
      const [callback] = await findReminded(tx, sql`c.id = ${id} AND ${isDue}`, held);
      if (!callback) return;
      await sendText(tx, callback, "soon", `callback-${id}-soon-${callback.scheduledFor.getTime()}`);
    }).catch((error: unknown) => {
      ctx.log.warn(
        { callbackId: id, reason: String(error) },
        "a reminder could not be queued; the next tick tries again",
      );
    });
  }
}

/**
 * A text that waits, for the morning, for its provider or for somebody who sends it again, is not sent once another has taken its place or
 * its call is over: a text of this callback, or of any.
 */
async function withdrawOutdated(ctx: Ctx, callbackId?: number): Promise<void> {
  const ids = await findOutdatedTexts(ctx, { most: BATCH, ...(callbackId !== undefined && { callbackId }) });
  const because = "Its call has moved, has ended, was cancelled, or rings another number now";
  if (ids.length > 0) await withdrawMessages(ctx, ids, because);
}

/** `key` is the change of the callback, or the time of the call, so that a request that is repeated queues the text once. */
async function sendText(tx: Ctx, callback: Reminded, occasion: Occasion, key: string): Promise<void> {
  const { id, userId, number, isUnwanted, zone, scheduledFor } = callback;
  const because = isUnwanted
    ? "The user asked not to be called, or the number is wrong."
    : number === null
      ? "The number cannot be dialled."
      : null;
  if (because !== null || number === null) return noteText(tx, callback, occasion, { messageId: null, because });
  try {
    // The system sends it, not the person who changed the callback.
    const message = await acceptSms(
      { ...tx, actor: { kind: "system" } },
      {
        customerId: userId,
        from: tx.limits.reminderFrom!,
        to: number,
        body: wordsOf(occasion, scheduledFor, tx.now, zone),
        urgent: false,
        expiresAt: scheduledFor.toISOString(),
        idempotencyKey: key,
        metadata: { callbackId: id },
      },
      { isPartOfChange: true },
    );
    if (!message.isReplay) await noteText(tx, callback, occasion, { messageId: message.id, because: null });
  } catch (error) {
    // The next tick tries the reminder of a call again; a change does not wait for its text.
    const isForLater = occasion === "soon" && error instanceof Refusal && error.code === "unavailable";
    if (!(error instanceof Refusal) || isForLater) throw error;
    const refused = error.code === "invalid_input" ? "No text can be sent to this number." : error.message;
    await noteText(tx, callback, occasion, { messageId: null, because: refused });
  }
}

/** Why the last text about this callback could not be queued, as sentences; none when it was, or when the user wants no texts. */
export async function objectionsToText(ctx: Ctx, callbackId: number): Promise<string[]> {
  if (ctx.limits.reminderFrom === null) return [];
  const [text] = await query(
    ctx.db,
    z.object({ because: z.string().nullable() }),
    sql`SELECT because FROM callback_texts WHERE callback_id = ${callbackId} ORDER BY id DESC LIMIT 1`,
  );
  return text?.because ? [`No text was sent to the user: ${text.because}`] : [];
}

async function noteText(
  tx: Ctx,
  { id, scheduledFor }: Reminded,
  occasion: Occasion,
  { messageId, because }: { messageId: string | null; because: string | null },
): Promise<void> {
  await execute(
    tx.db,
    sql`INSERT INTO callback_texts (callback_id, occasion, for_time, at, message_id, because)
        VALUES (${id}, ${occasion}, ${scheduledFor}::timestamptz, ${tx.now}::timestamptz, ${messageId}::uuid, ${because})`,
  );
}

/** The words of a text, on the clock of the called person, within the alphabet of plain texts. */
export function wordsOf(occasion: Occasion, at: Date, now: Date, zone: string): string {
  const when = whenWords(at, now, zone);
  if (occasion === "moved") return `We call you ${when} instead.`;
  if (occasion === "cancelled") return `We will not call you ${when}; the call is cancelled.`;
  return `We call you ${when}.`;
}

function whenWords(at: Date, now: Date, zone: string): string {
  const [day, time] = localTime(at, zone).slice(0, 16).split("T");
  if (day === localTime(now, zone).slice(0, 10)) return `at ${time}`;
  const date = new Intl.DateTimeFormat("en-GB", { timeZone: zone, weekday: "long", day: "numeric", month: "long" });
  return `on ${date.format(at).replace(",", "")} at ${time}`;
}
