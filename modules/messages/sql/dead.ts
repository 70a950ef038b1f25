import type { z } from "zod";
import { type Sql, sql } from "#lib/database/sql";
import type { redriveInput } from "../schema.ts";

/** `DEAD_STATES`, as the index on them has it, while their words are still there. */
export const IS_DEAD = sql`m.direction = 'out' AND m.state IN ('dead', 'failed', 'bounced') AND m.erased_at IS NULL`;

export type DeadGroup = NonNullable<z.output<typeof redriveInput>["group"]>;

/** The condition of a group of dead letters `m`: an undefined part matches every letter, `none` those without a class or a code. */
export function ofGroup({ state, channel, errorClass, errorCode }: DeadGroup): Sql {
  return sql`${IS_DEAD} AND (${state ?? null}::text IS NULL OR m.state = ${state ?? null}) AND (${channel ?? null}::text IS NULL OR m.channel = ${channel ?? null})
             AND (${errorClass ?? null}::text IS NULL OR coalesce(m.error_class, 'none') = ${errorClass ?? null})
             AND (${errorCode ?? null}::text IS NULL OR coalesce(m.error_code, 'none') = ${errorCode ?? null})`;
}
