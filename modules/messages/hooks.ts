import { createHash } from "node:crypto";
import { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { isSignedMessageId } from "./transports/access.ts";
import { execute, query, sql } from "#lib/database/sql";
import { inStep } from "#lib/base/trace";
import { tracedAs } from "./log.ts";
import { twilioDeliveryVerdict } from "./provider-codes.ts";
import { suppressedAs } from "./addresses.ts";
import { holdProvider } from "./providers.ts";
import { stateSaid } from "./rules.ts";
import { lockReported, type Reported } from "./sql/lock-reported.ts";
import { applySaid, nameIt } from "./sql/settle.ts";
import { keepPeopleOf, storeInbound } from "./sql/store-inbound.ts";
import { namesOf, suppress } from "./sql/suppress.ts";
import type { inboundText, statusReport } from "./twilio-schema.ts";

type Report = z.output<typeof statusReport>;
type Inbound = z.output<typeof inboundText>;

/**
 * Takes a status report of Twilio about a message of ours: once, and forwards only, for reports in any order, also before our own
 * request has returned. A report about an unknown message is kept until the message is known.
 */
export async function takeStatusReport(ctx: Ctx, report: Report): Promise<{ applied: boolean }> {
  const { named, providerId, status, errorCode } = report;
  const ownId = named && isSignedMessageId(named.messageId, named.signature) ? named.messageId : null;
  return inTransaction(ctx, async (tx) => {
    const [known] = await query(
      tx.db,
      z.object({ id: z.string(), isErased: z.boolean() }),
      sql`SELECT id::text, erased_at IS NOT NULL AS "isErased" FROM messages
          WHERE id = ${ownId}::uuid OR (${ownId}::uuid IS NULL AND transport = 'twilio' AND provider_id = ${providerId} AND direction = 'out') FOR UPDATE`,
    );
    const isNew = await execute(
      tx.db,
      sql`INSERT INTO message_provider_events (source, event_id, message_id, provider_id, status, error_code, received_at)
          VALUES ('twilio', ${digestOf(`${providerId} ${status} ${errorCode ?? ""}`.trim())}, ${known?.id ?? null}::uuid,
                  ${known?.isErased ? null : providerId}, ${status}, ${errorCode}, ${ctx.now}::timestamptz)
          ON CONFLICT DO NOTHING`,
    );
    if (!known) return { applied: false };
    await nameIt(tx, known.id, providerId);
    // Reports that came while nobody knew whose they were, this one among them, if it has come before.
    const wasParked = await applyParked(tx, known.id, providerId);
    const isApplied = isNew > 0 && (await applyReport(tx, known.id, report));
    return { applied: wasParked || isApplied };
  });
}

/** Applies the reports that came before we knew the provider's id of the message. True when one of them changed it. */
export async function applyParked(ctx: Ctx, id: string, providerId: string): Promise<boolean> {
  const parked = await query(
    ctx.db,
    z.object({ status: z.string(), errorCode: z.string().nullable() }),
    sql`UPDATE message_provider_events SET message_id = ${id}::uuid WHERE provider_id = ${providerId} AND message_id IS NULL AND source = 'twilio'
        RETURNING status, error_code AS "errorCode"`,
  );
  let isApplied = false;
  for (const { status, errorCode } of parked)
    isApplied = (await applyReport(ctx, id, { providerId, status, errorCode })) || isApplied;
  return isApplied;
}

/**
 * Applies a report of a provider to a message. A report under the provider's id of an earlier delivery, before a redrive, or of another
 * message changes nothing.
 */
export async function applyReport(
  ctx: Ctx,
  id: string,
  { providerId, status, errorCode }: Pick<Report, "providerId" | "status" | "errorCode">,
): Promise<boolean> {
  const current = await lockReported(ctx.db, id, providerId);
  if (!current) return false;
  const { channel, key, traceParent: parent } = current;
  const attributes = { ...tracedAs({ id, channel }), status, ...(errorCode !== null && { code: errorCode }) };
  const came = (isApplied: boolean) => ({ outcome: isApplied ? "applied" : "known before" });
  const isApplied = await inStep(
    { name: "message report", kind: "server", parent, attributes },
    () => applyTo(ctx, id, current, { status, errorCode }),
    came,
  );
  ctx.log.info({ message: id, key, channel, status, code: errorCode, ...came(isApplied) }, "message reported");
  return isApplied;
}

async function applyTo(
  ctx: Ctx,
  id: string,
  current: Reported,
  { status, errorCode }: Pick<Report, "status" | "errorCode">,
): Promise<boolean> {
  const state = stateSaid(status);
  if (state !== "failed") return applySaid(ctx, id, { state });
  const { errorClass, sentence, suppression, isOfOne = false } = twilioDeliveryVerdict(errorCode);
  // The recipient of an erased message is unknown.
  if (suppression && !current.isErased) {
    const sender = suppression.scope === "sender" ? current.sender : null;
    const { recipient } = current;
    await suppress(ctx, { channel: "sms", recipient, sender, reason: suppression.reason, source: `message ${id}` });
  }
  const isApplied = await applySaid(ctx, id, { state, errorClass, code: errorCode, sentence });
  const { transport, attemptedAt } = current;
  if (isApplied && errorClass === "ours" && transport && attemptedAt)
    await holdProvider(ctx, transport, { attemptedAt, why: sentence, severalOf: isOfOne ? errorCode : null });
  return isApplied;
}

/**
 * Takes an inbound text once, into the conversation it answers. STOP suppresses texts of this sender of ours to that number, and START
 * lifts that. Nothing is answered: Twilio itself confirms these words.
 */
export async function takeInbound(ctx: Ctx, { providerId, from, to, body, meaning }: Inbound): Promise<string> {
  await inTransaction(ctx, async (tx) => {
    await keepPeopleOf(tx, from);
    const isNew = await execute(
      tx.db,
      sql`INSERT INTO message_provider_events (source, event_id, provider_id, status, received_at)
          VALUES ('twilio-inbound', ${digestOf(providerId)}, NULL, ${meaning}, ${ctx.now}::timestamptz) ON CONFLICT DO NOTHING`,
    );
    if (!isNew) return;
    if (meaning === "stop") {
      const source = `text ${providerId}`;
      await suppress(tx, { channel: "sms", recipient: from, sender: to, reason: "stop", source });
    }
    if (meaning === "start") {
      await execute(
        tx.db,
        sql`UPDATE message_suppressions SET removed_at = ${ctx.now}::timestamptz, removed_by = 'the recipient', removed_why = ${`The recipient said start (text ${providerId}).`}
            WHERE channel = 'sms' AND recipient IN ${namesOf("sms", from)} AND sender = ${suppressedAs(to)} AND reason = 'stop' AND removed_at IS NULL`,
      );
    }
    await storeInbound(tx, { providerId, from, to, body });
  });
  return "<Response/>";
}

/** The digest by which a repeated report is recognised. The provider's own id leads to the text, so it is deleted when a person is erased. */
const digestOf = (report: string): string => createHash("sha256").update(report).digest("hex");
