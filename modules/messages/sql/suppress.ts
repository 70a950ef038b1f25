import { type Ctx, describeActor } from "#lib/base/context";
import { execute, type Sql, sql } from "#lib/database/sql";
import type { Channel } from "../rules.ts";

export type NewSuppression = Readonly<{
  channel: Channel;
  recipient: string;
  /** Null: every sender. */
  sender: string | null;
  reason: "stop" | "bounce" | "complaint" | "manual";
  source: string;
  expiresAt?: string | undefined;
  /** The message that showed it; when that was erased meanwhile, so is the address. */
  of?: string;
}>;

/** Suppresses messages to a recipient. True when the suppression is new; a repeat changes nothing. */
export async function suppress(ctx: Ctx, given: NewSuppression): Promise<boolean> {
  const { channel, recipient, sender, reason, source, expiresAt = null, of = null } = given;
  const rows = await execute(
    ctx.db,
    sql`INSERT INTO message_suppressions (channel, recipient, sender, reason, source, created_by, created_at, expires_at)
        SELECT ${channel}, CASE WHEN EXISTS (SELECT FROM messages WHERE id = ${of}::uuid AND erased_at IS NOT NULL)
                                THEN message_keep_name(${channel}, ${recipient}) ELSE ${recipient} END, ${sender}, ${reason}, ${source}, ${describeActor(ctx.actor)}, ${ctx.now}::timestamptz, ${expiresAt}::timestamptz
        WHERE NOT EXISTS (SELECT FROM message_suppressions WHERE channel = ${channel} AND recipient = message_kept_name(${channel}, ${recipient})
                            AND sender IS NOT DISTINCT FROM ${sender} AND reason = ${reason} AND removed_at IS NULL)
        ON CONFLICT (channel, recipient, coalesce(sender, ''), reason) WHERE removed_at IS NULL DO NOTHING`,
  );
  return rows === 1;
}

/** The names under which a suppression of this recipient may stand, for an IN: the address, or what an erasure has left of it. */
export function namesOf(channel: Channel, recipient: string): Sql {
  return sql`(${recipient}, message_kept_name(${channel}, ${recipient}))`;
}
