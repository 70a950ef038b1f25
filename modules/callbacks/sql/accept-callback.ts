import { z } from "zod";
import { type Ctx, describeActor } from "#lib/base/context";
import { queryDirect } from "#lib/database/direct";
import { sql } from "#lib/database/sql";
import { ACCEPTED_SCORE } from "../rules.ts";
import type { acceptInput } from "../schema.ts";

/** The facts on which the rules of accepting decided; null where callback or agent do not exist. */
const facts = z.object({
  name: z.string().nullable(),
  queue_type: z.string().nullable(),
  zone: z.string().nullable(),
  user_id: z.string().nullable(),
  status: z.string().nullable(),
  promised_for: z.coerce.date().nullable(),
  phone: z.string().nullable(),
  number: z.string().nullable(),
  accepted_by_agent_id: z.int().nullable(),
  accepted_by: z.string().nullable(),
  caller: z.string().nullable(),
  accepted: z.int().nullable(),
  other_id: z.int().nullable(),
  other_accepted_by: z.string().nullable(),
});

const accepted = z.object({
  /** The first rule that refuses, in the order of the function; null: this agent has accepted it. */
  refusal: z
    .enum([
      "callback unknown",
      "accepted by another",
      "agent unknown",
      "agent not here",
      "callback ended",
      "AI agent not asked for",
      "other queue",
      "do not call",
      "wrong number",
      "user in a call",
      "other callback accepted",
      "too many accepted",
    ])
    .nullable(),
  /** The live entry of the callback. */
  entryId: z.int().nullable(),
  facts,
});
export type Accepted = z.infer<typeof accepted>;

/** Accepts in one round trip: the database function `accept_callback` locks, applies the rules, and writes; its migration says how. */
export async function acceptInDatabase(
  ctx: Ctx,
  { callbackId, agentId }: z.infer<typeof acceptInput>,
): Promise<Accepted> {
  const [row] = await queryDirect(
    ctx.db,
    accepted,
    sql`SELECT refusal, entry_id AS "entryId", facts
        FROM accept_callback(${callbackId}::int, ${agentId}::int, ${ctx.limits.agentCallbackCap}::int, ${ACCEPTED_SCORE}::int,
                             ${ctx.now}::timestamptz, ${describeActor(ctx.actor)})`,
  );
  return row!;
}
