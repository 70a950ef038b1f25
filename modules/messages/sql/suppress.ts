import { type Ctx, describeActor } from "#lib/context";
import { execute, sql } from "#lib/sql";
import type { Channel } from "../rules.ts";

export type NewSuppression = Readonly<{
  channel: Channel;
  recipient: string;
  /** Null: whoever sends. */
  sender: string | null;
  reason: "stop" | "bounce" | "complaint" | "manual";
  source: string;
  expiresAt?: string | undefined;
}>;

/** Nothing is sent to this recipient any more. True when that is news; the same again changes nothing. */
export async function suppress(ctx: Ctx, given: NewSuppression): Promise<boolean> {
  const { channel, recipient, sender, reason, source, expiresAt = null } = given;
  const rows = await execute(
    ctx.db,
    sql`INSERT INTO message_suppressions (channel, recipient, sender, reason, source, created_by, created_at, expires_at)
        VALUES (${channel}, ${recipient}, ${sender}, ${reason}, ${source}, ${describeActor(ctx.actor)}, ${ctx.now}::timestamptz, ${expiresAt}::timestamptz)
        ON CONFLICT (channel, recipient, coalesce(sender, ''), reason) WHERE removed_at IS NULL DO NOTHING`,
  );
  return rows === 1;
}
