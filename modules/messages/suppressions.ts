import type { z } from "zod";
import { type Ctx, describeActor, type ReadCtx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { execute, query, sql } from "#lib/database/sql";
import { addressOf } from "./accept.ts";
import {
  type removeSuppressionInput,
  suppressionAnswer,
  type suppressionsAnswer,
  type suppressionsInput,
  type suppressInput,
} from "./schema.ts";
import { namesOf, suppress } from "./sql/suppress.ts";

const COLUMNS = sql`id, channel, recipient, sender, reason, source, created_by AS "createdBy", created_at AS "createdAt", expires_at AS "expiresAt",
  removed_at AS "removedAt", removed_by AS "removedBy", removed_why AS "removedWhy"`;

/** To whom nothing is sent, newest first; with `all` those that were lifted, too. */
export async function listSuppressions(
  ctx: ReadCtx,
  { recipient, all, cursor, limit }: z.output<typeof suppressionsInput>,
): Promise<z.input<typeof suppressionsAnswer>> {
  const suppressions = await query(
    ctx.db,
    suppressionAnswer,
    sql`SELECT ${COLUMNS} FROM message_suppressions
        WHERE (${recipient ?? null}::text IS NULL OR recipient IN (${recipient ?? null}, message_kept_name(channel, ${recipient ?? null}))) AND (${all} OR removed_at IS NULL)
          AND (${cursor ?? null}::int IS NULL OR id < ${cursor ?? null}::int)
        ORDER BY id DESC LIMIT ${limit}::int`,
  );
  return { suppressions, nextCursor: suppressions.length === limit ? String(suppressions.at(-1)!.id) : null };
}

/** Nothing is sent to this address from now on, until it expires or is lifted. The same again is the same one. */
export async function suppressRecipient(
  ctx: Ctx,
  input: z.output<typeof suppressInput>,
): Promise<z.input<typeof suppressionAnswer>> {
  const { channel, reason, expiresAt } = input;
  const recipient = addressOf(ctx, channel, "recipient", input.recipient);
  const sender = input.sender === undefined ? null : addressOf(ctx, channel, "sender", input.sender);
  await suppress(ctx, { channel, recipient, sender, reason, source: input.why, expiresAt });
  const [made] = await query(
    ctx.db,
    suppressionAnswer,
    sql`SELECT ${COLUMNS} FROM message_suppressions
        WHERE channel = ${channel} AND recipient IN ${namesOf(channel, recipient)} AND sender IS NOT DISTINCT FROM ${sender} AND reason = ${reason} AND removed_at IS NULL`,
  );
  return made!;
}

/** Lifts a suppression; who did and why stays on record. Refuses `not_found` for one that does not hold. */
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
