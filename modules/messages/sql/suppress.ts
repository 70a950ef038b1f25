import { type Ctx, describeActor } from "#lib/base/context";
import { execute, type Sql, sql } from "#lib/database/sql";
import { suppressedAs } from "../addresses.ts";
import type { Channel } from "../rules.ts";

export type NewSuppression = Readonly<{
  channel: Channel;
  recipient: string;
  /** Null: every sender. */
  sender: string | null;
  reason: "stop" | "bounce" | "complaint" | "manual";
  source: string;
  expiresAt?: string | undefined;
  /** The message whose failure caused it; when that message was erased meanwhile, the address is stored as a digest. */
  of?: string;
}>;

/**
 * Suppresses messages to a recipient. It replaces a suppression that ends sooner or has ended; beside one that lasts as long it
 * changes nothing. True when it changed something.
 */
export async function suppress(ctx: Ctx, given: NewSuppression): Promise<boolean> {
  const { channel, reason, source, expiresAt = null, of = null } = given;
  const recipient = suppressedAs(given.recipient);
  const sender = given.sender === null ? null : suppressedAs(given.sender);
  const rows = await execute(
    ctx.db,
    sql`INSERT INTO message_suppressions AS s (channel, recipient, sender, reason, source, created_by, created_at, expires_at)
        SELECT ${channel}, CASE WHEN EXISTS (SELECT FROM messages WHERE id = ${of}::uuid AND erased_at IS NOT NULL)
                                THEN message_keep_name(${channel}, ${recipient}) ELSE ${recipient} END, ${sender}, ${reason}, ${source}, ${describeActor(ctx.actor)}, ${ctx.now}::timestamptz, ${expiresAt}::timestamptz
        WHERE NOT EXISTS (SELECT FROM message_suppressions WHERE channel = ${channel} AND recipient = message_kept_name(${channel}, ${recipient})
                            AND sender IS NOT DISTINCT FROM ${sender} AND reason = ${reason} AND removed_at IS NULL
                            AND coalesce(expires_at, 'infinity') >= coalesce(${expiresAt}::timestamptz, 'infinity'))
        ON CONFLICT (channel, recipient, coalesce(sender, ''), reason) WHERE removed_at IS NULL
        DO UPDATE SET source = EXCLUDED.source, created_by = EXCLUDED.created_by, created_at = EXCLUDED.created_at, expires_at = EXCLUDED.expires_at
        WHERE s.expires_at < coalesce(EXCLUDED.expires_at, 'infinity')`,
  );
  return rows === 1;
}

/** The names under which a suppression of this recipient may stand, for an IN: the address, or the name under which an erasure has kept it. */
export function namesOf(channel: Channel, recipient: string): Sql {
  const name = suppressedAs(recipient);
  return sql`(${name}, message_kept_name(${channel}, ${name}))`;
}
