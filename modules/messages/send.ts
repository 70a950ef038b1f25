import { DecentHours } from "#modules/call-queue";
import { openingWords } from "#lib/time/opening-words";
import { readClock } from "#lib/time/clock";
import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { retryAfterSeconds } from "#lib/outbound/retry-after";
import { zoneGuessOf, zoneOfNumber } from "#lib/time/zone-of-number";
import { applyParked, applyReport } from "./hooks.ts";
import { inStep } from "#lib/base/trace";
import { inLog, tracedAs } from "./log.ts";
import { counted } from "./metrics.ts";
import { noteAnswer } from "./breaker.ts";
import { pauseProvider, takeTurn, type Transports } from "./providers.ts";
import type { Verdict } from "./provider-codes.ts";
import { PAUSE_SECONDS } from "./rules.ts";
import { begin } from "./sql/begin.ts";
import type { ClaimedMessage } from "./sql/claim-due.ts";
import { giveBack, holdUntil, settleDeferred, settleEnd, settleRetry, settleSent, settleUnsure } from "./sql/settle.ts";
import { suppress } from "./sql/suppress.ts";
import { type Failed, redacted, type SendResult, type Sent, STOPPED, type Transport } from "./transports/transport.ts";

/** In milliseconds: the pause before a provider whose rate of this second is used up is tried again. */
const FULL_MS = 250;

/**
 * Sends one claimed message, or records why it was not sent, and records the result. The state `sending` is committed before anything
 * leaves, and nothing is sent inside a transaction. True when the provider has the message.
 */
export async function sendMessage(
  ctx: Ctx,
  message: ClaimedMessage,
  transports: Transports,
  signal: AbortSignal,
): Promise<boolean> {
  const transport = transports[message.channel];
  if (signal.aborted) return leave(ctx, message, 0);
  const { id, key, channel } = message;
  const named = { message: id, key, channel, transport: transport.name, ...inLog(message) };
  const quiet = quietUntil(ctx, message);
  if (quiet) {
    const isHeld = await holdUntil(ctx, message, quiet.until, quiet.why);
    if (isHeld) ctx.log.info({ ...named, outcome: "held" }, "message held");
    return false;
  }
  const turn = await takeTurn(ctx, transport.name);
  if (turn.verdict !== "turn") return leave(ctx, message, turn.verdict === "full" ? FULL_MS : 0);
  const begun = await begin(ctx, message, transport.name);
  if (begun?.state !== "sending") await noteAnswer(ctx, transport.name, turn, null);
  if (!begun) return false;
  const log = { ...named, attempt: begun.attempts };
  if (begun.state !== "sending") {
    ctx.log.info({ ...log, outcome: begun.state }, "message not sent");
    return false;
  }
  if (begun.attempts > 1) counted.retried().inc({ channel });
  const attributes = { ...tracedAs(message), attempt: begun.attempts, transport: transport.name };
  const handOver = async () => {
    const result = await attempt(ctx, transport, message, signal);
    ctx.log.info({ ...log, ...cameOf(result) }, "message handed over");
    const after = { ...ctx, now: await readClock(ctx.db) };
    // Before the message is settled, because the pause of a probe would keep out the one for which its answer asks.
    await noteAnswer(after, transport.name, turn, result);
    await settle(after, message, transport, result);
    return result;
  };
  const step = { name: "message send", kind: "client", parent: message.traceParent, attributes } as const;
  const { outcome } = await inStep(step, handOver, cameOf);
  return outcome === "sent";
}

function cameOf(result: SendResult): { outcome: string; code?: string } {
  return { outcome: result.outcome, ...("code" in result && { code: result.code }) };
}

/** A transport that throws is broken, and whether the message left is unknown. */
async function attempt(
  ctx: Ctx,
  transport: Transport,
  { id, from, to, subject, body }: ClaimedMessage,
  signal: AbortSignal,
): Promise<SendResult> {
  const outgoing = { id, from, to, subject, body };
  try {
    return await transport.send(outgoing, { signal, now: ctx.now });
  } catch (error) {
    ctx.log.error({ reason: redacted(String(error), outgoing), message: id }, "a transport failed unexpectedly");
    return { outcome: "unsure", code: "fault", sentence: "The attempt ended with an unexpected error." };
  }
}

async function settle(ctx: Ctx, message: ClaimedMessage, transport: Transport, result: SendResult): Promise<void> {
  const { channel } = message;
  counted.processed().inc({ channel, outcome: result.outcome });
  if (result.outcome === "failed") counted.failed().inc({ channel, class: result.errorClass });
  if (result.outcome === "sent") return settleHandedOver(ctx, message, result);
  if (result.outcome === "unsure") await settleUnsure(ctx, message, result, transport.lookUp !== undefined);
  else if (result.code === STOPPED.code) await settleDeferred(ctx, message, result.sentence, result);
  else await BY_CLASS[result.errorClass](ctx, message, transport, result);
}

/** Records the message as sent, together with the reports that the provider sent under its own id before we knew that id. */
async function settleHandedOver(ctx: Ctx, message: ClaimedMessage, sent: Sent): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    await settleSent(tx, message, sent);
    await applyParked(tx, message.id, sent.providerId);
    const { providerId, report } = sent;
    if (report) await applyReport(tx, message.id, { providerId, ...report });
  });
  counted.latency().observe(Math.max(0, ctx.now.getTime() - message.dueSince.getTime()) / 1_000);
}

type Settle = (ctx: Ctx, message: ClaimedMessage, transport: Transport, failed: Failed) => Promise<unknown>;

/** Applies the consequence of each class of failure. */
const BY_CLASS: Readonly<Record<Verdict["errorClass"], Settle>> = {
  transient: (ctx, message, _transport, failed) => settleRetry(ctx, message, failed),
  throttled: (ctx, message, { name }, failed) =>
    inTransaction(ctx, async (tx) => {
      const seconds = retryAfterSeconds(failed.retryAfter, tx.now) ?? PAUSE_SECONDS;
      const why = failed.sentence;
      // The message first, as a report locks it before its provider.
      await settleDeferred(tx, message, why, failed);
      await pauseProvider(tx, name, { seconds, errorClass: "throttled", why });
    }),
  ours: (ctx, message, { name }, failed) =>
    inTransaction(ctx, async (tx) => {
      await settleRetry(tx, message, failed);
      await pauseProvider(tx, name, { seconds: null, errorClass: "ours", why: failed.sentence });
    }),
  permanent: (ctx, message, _transport, failed) => settleEnd(ctx, message, failed, "dead"),
  recipient: (ctx, message, _transport, failed) =>
    inTransaction(ctx, async (tx) => {
      const { reason, scope } = failed.suppression ?? { reason: "bounce" as const, scope: "any" as const };
      const { channel, to: recipient, from } = message;
      const sender = scope === "sender" ? from : null;
      const end = reason === "stop" ? "suppressed" : channel === "email" ? "bounced" : "failed";
      // First, because it locks the message: whether its recipient was erased meanwhile does not change afterwards.
      await settleEnd(tx, message, failed, end);
      await suppress(tx, { channel, recipient, sender, reason, source: `message ${message.id}`, of: message.id });
    }),
};

async function leave(ctx: Ctx, message: ClaimedMessage, waitMs: number): Promise<false> {
  await giveBack(ctx, message, waitMs);
  return false;
}

/** The end of a wait for the decent hours of the recipient: for a text that is not urgent and has no chosen time. An e-mail never waits. */
function quietUntil(ctx: Ctx, message: ClaimedMessage): { until: Date; why: string } | null {
  if (message.channel !== "sms" || message.isUrgent || message.hasOwnTime || message.isErased) return null;
  const known = message.zone ?? zoneOfNumber(message.to);
  const zone = known ?? zoneGuessOf(message.to, ctx.limits.deskTimeZone);
  // The desk may be closed: only the recipient's night matters here.
  const hours = new DecentHours({ ...ctx.limits, calendar: null });
  if (!hours.isIndecent(ctx.now, zone)) return null;
  const until = hours.next(ctx.now, zone);
  const isTooLate = message.expiresAt !== null && message.expiresAt <= until;
  const opens = openingWords(until, zone);
  const night =
    known === null
      ? `The time zone of the recipient is not known, and it is night${opens.slice(opens.indexOf(" in "))}`
      : "It is night where the recipient is";
  const why = `${night}, and it is not urgent; it waits until ${opens}.`;
  return { until, why: isTooLate ? `${why} It expires before that: it is sent only if somebody releases it.` : why };
}
