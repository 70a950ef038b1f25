import type { Ctx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { spacedAddress } from "#lib/base/phone";
import { type Sql, sql } from "#lib/database/sql";
import { wayOf } from "./sql/way.ts";

/** The refusal for an id under which nothing was accepted. */
export function messageNotFound(id: string): Refusal {
  return new Refusal("not_found", `There is no message ${id}; check the id.`);
}

/** Refuses `invalid_input` for a time that has passed. `name` is the field it came in. */
export function mustBeAhead({ now }: Pick<Ctx, "now">, name: string, time: string | undefined): void {
  if (time === undefined || Date.parse(time) > now.getTime()) return;
  throw new Refusal("invalid_input", `${name}: this time has passed; choose a later one.`);
}

/** Adds the spaced forms of the sender and the recipient to a row of `messageColumns`. */
export function withSpaced<Row extends { from: string | null; to: string | null }>(row: Row) {
  return { ...row, spacedFrom: spacedAddress(row.from), spacedTo: spacedAddress(row.to) };
}

/** The columns of `messageRow`, of messages `m` with their conversation `c`. */
export function messageColumns(): Sql {
  return sql`
  m.id::text, m.channel, m.direction, m.state, message_waits(m, ${wayOf()}) AS why,
  c.customer_id AS "customerId", ${customerName(sql`c.user_id`)} AS "customerName", c.id::text AS "conversationId",
  m.sender AS "from", m.recipient AS "to", m.subject, m.body, m.encoding, m.segments, m.metadata, m.attempts,
  CASE WHEN m.state IN ('stored', 'unsure') THEN m.next_attempt_at END AS "nextAttemptAt", m.held_until AS "heldUntil",
  m.hold_reason AS "holdReason", m.send_after AS "sendAfter", m.expires_at AS "expiresAt", m.transport, m.provider_id AS "providerId",
  m.error_class AS "errorClass", m.error_code AS "errorCode", m.accepted_at AS "acceptedAt", m.handed_over_at AS "handedOverAt",
  m.ended_at AS "endedAt"`;
}

/** The name of the desk's user with this id; null for a customer who is no user of the desk. */
export function customerName(userId: Sql): Sql {
  return sql`(SELECT nullif(name_of(u), '') FROM users u WHERE u.id = ${userId})`;
}
