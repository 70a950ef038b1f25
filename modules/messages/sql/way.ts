import { type Sql, sql } from "#lib/database/sql";
import { openTransports } from "../transports/open.ts";

/** The provider by which a message `m` that waits is sent: the one that is configured for its channel now, also when another had it before. */
export function wayOf(): Sql {
  const { sms, email } = openTransports();
  return sql`(CASE m.channel WHEN 'sms' THEN ${sms.name}::text ELSE ${email.name}::text END)`;
}
