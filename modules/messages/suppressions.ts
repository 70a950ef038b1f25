import type { z } from "zod";
import { pageOf } from "#lib/base/cursor";
import { type Ctx, describeActor, type ReadCtx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { spacedAddress } from "#lib/base/phone";
import { execute, query, sql } from "#lib/database/sql";
import { shownActor } from "#lib/identity/shown-actor";
import { addressOf, storedAs, suppressedAs } from "./addresses.ts";
import {
  type removeSuppressionInput,
  type suppressionAnswer,
  suppressionRow,
  type suppressionsAnswer,
  type suppressionsInput,
  type suppressInput,
} from "./schema.ts";
import { namesOf, suppress } from "./sql/suppress.ts";
import { mustBeAhead } from "./store.ts";

const row = suppressionRow.transform((found) => ({
  ...found,
  // A kept name that is a digest stays as it is.
  spacedRecipient: spacedAddress(found.recipient) ?? found.recipient,
  spacedSender: spacedAddress(found.sender),
}));
const COLUMNS = sql`id, channel, recipient, sender, reason, source, ${shownActor(sql`created_by`)} AS "createdBy", created_at AS "createdAt", expires_at AS "expiresAt",
  removed_at AS "removedAt", ${shownActor(sql`removed_by`)} AS "removedBy", removed_why AS "removedWhy"`;

/** Lists suppressions, newest first; with `all` also those that were lifted or have expired. */
export async function listSuppressions(
  ctx: ReadCtx,
  { recipient, all, cursor, limit }: z.output<typeof suppressionsInput>,
): Promise<z.input<typeof suppressionsAnswer>> {
  const name = recipient === undefined ? null : suppressedAs(storedAs(recipient, ctx.limits.defaultCountry));
  const found = await query(
    ctx.db,
    row,
    sql`SELECT ${COLUMNS} FROM message_suppressions
        WHERE (${name}::text IS NULL OR recipient IN (${name}, message_kept_name(channel, ${name}))) AND (${all} OR (removed_at IS NULL AND (expires_at IS NULL OR expires_at > ringback_now())))
          AND (${cursor ?? null}::int IS NULL OR id < ${cursor ?? null}::int)
        ORDER BY id DESC LIMIT ${limit + 1}::int`,
  );
  const { page: suppressions, last } = pageOf(found, limit);
  return { suppressions, nextCursor: last ? String(last.id) : null };
}

/**
 * Suppresses messages to this address from now on, until the suppression expires or is lifted. A repeat is the same suppression,
 * and lasts as long as the longer of both. Refuses `invalid_input` for an expiry that has passed.
 */
export async function suppressRecipient(
  ctx: Ctx,
  input: z.output<typeof suppressInput>,
): Promise<z.input<typeof suppressionAnswer>> {
  const { channel, reason, expiresAt } = input;
  mustBeAhead(ctx, "expiresAt", expiresAt);
  const recipient = addressOf(ctx, channel, "recipient", input.recipient);
  const sender = input.sender === undefined ? null : suppressedAs(addressOf(ctx, channel, "sender", input.sender));
  await suppress(ctx, { channel, recipient, sender, reason, source: input.why, expiresAt });
  const [made] = await query(
    ctx.db,
    row,
    sql`SELECT ${COLUMNS} FROM message_suppressions
        WHERE channel = ${channel} AND recipient IN ${namesOf(channel, recipient)} AND sender IS NOT DISTINCT FROM ${sender} AND reason = ${reason} AND removed_at IS NULL
        ORDER BY expires_at DESC NULLS FIRST LIMIT 1`,
  );
  return made!;
}

/** Lifts a suppression; the person and the reason are recorded. Refuses `not_found` for one that is not in force. */
export async function removeSuppression(
  ctx: Ctx,
  { id, why }: z.output<typeof removeSuppressionInput>,
): Promise<{ success: true; message: string }> {
  const rows = await execute(
    ctx.db,
    sql`UPDATE message_suppressions SET removed_at = ${ctx.now}::timestamptz, removed_by = ${describeActor(ctx.actor)}, removed_why = ${why}
        WHERE id = ${id}::int AND removed_at IS NULL`,
  );
  if (rows === 1) return { success: true, message: "Messages are sent to this address again." };
  throw new Refusal("not_found", `There is no suppression ${id} that holds; list them to see which do.`);
}
