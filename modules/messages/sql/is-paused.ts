import type { Ctx } from "#lib/base/context";
import { type Sql, sql } from "#lib/database/sql";

/** Whether the provider `p` of a statement is paused at `now`. */
export const isPaused = ({ now }: Pick<Ctx, "now">): Sql =>
  sql`(p.paused_at IS NOT NULL AND (p.paused_until IS NULL OR p.paused_until > ${now}::timestamptz))`;
