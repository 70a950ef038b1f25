import { z } from "zod";
import { finishing, type Learnt } from "#modules/call-queue";
import { settling } from "#modules/callbacks";
import type { Ctx } from "#lib/base/context";
import { queryDirect } from "#lib/database/direct";
import { execute, joined, type Sql, sql } from "#lib/database/sql";
import { ERASED } from "../../module.ts";
import type { Decided } from "../decide.ts";
import { requestOf } from "../outcome-request.ts";
import type { RecordOutcomeAnswer, RecordOutcomeInput } from "../schema.ts";
import { type Call, type Held, holding } from "./hold.ts";

/** Parts of a SELECT that settle callbacks and close the entry of the call. The caller holds the locks of all these rows. */
export function settle(
  ctx: Ctx,
  call: Call,
  { outcomeType }: RecordOutcomeInput,
  { own, covered, closing }: Decided,
): Sql[] {
  const settled = own ? [own, ...covered.settled] : covered.settled;
  const claim = { entryId: call.queueEntryId ?? 0, callSessionId: call.id, fence: call.fence ?? 0 };
  return [
    ...(settled.length > 0 ? [settling(ctx, settled, { id: call.id, agentId: call.agentId, outcomeType })] : []),
    ...(closing === "entry of the call" ? [finishing(ctx, claim, `outcome ${outcomeType}`)] : []),
  ];
}

/**
 * Part of a SELECT: writes the outcome and ends the call, frees the agent who had it at the desk, and updates the user's score in
 * the regular queue: the database function `write_outcome`.
 */
export function record(
  ctx: Ctx,
  { id, userId }: Call,
  input: RecordOutcomeInput,
  { answer, learnt }: { answer: RecordOutcomeAnswer; learnt: Learnt },
): Sql {
  const { outcomeType, notes = null, durationSeconds = null } = input;
  const requestAndAnswer = JSON.stringify({ request: requestOf(input), answer });
  // The words of a call reach no person whose data was erased, also when the erasure was committed a moment ago.
  const isErased = sql`EXISTS (SELECT FROM users u WHERE u.id = ${userId} AND u.erased_at IS NOT NULL)`;
  const keptNotes = notes === null ? sql`NULL` : sql`CASE WHEN ${isErased} THEN ${ERASED} ELSE ${notes} END`;
  return sql`write_outcome(${id}::bigint, ${outcomeType}, ${keptNotes}, ${durationSeconds}::int, ${answer.newCallbackId !== null},
                           ${requestAndAnswer}::jsonb, ${learnt.endsCalls}, ${learnt.nextCallAfter}::timestamptz, ${ctx.now}::timestamptz)`;
}

/**
 * Writes these parts in one round trip and one transaction, if the rows are still as they were read. False when they have changed;
 * then nothing is written.
 */
export async function writeUnlessChanged(
  ctx: Ctx,
  input: RecordOutcomeInput,
  { fingerprint }: Held,
  parts: readonly Sql[],
): Promise<boolean> {
  // Locked and compared before the parts, which are evaluated for a row of the FROM only.
  const written = await queryDirect(
    ctx.db,
    z.object({ isWritten: z.literal(true) }),
    sql`SELECT true AS "isWritten", ${joined(parts)} FROM ${holding(ctx, input, true)} h WHERE h.fingerprint = ${fingerprint}`,
  );
  return written.length > 0;
}

/** Writes these parts in one round trip, in their order. */
export async function write({ db }: Ctx, parts: readonly Sql[]): Promise<void> {
  if (parts.length > 0) await execute(db, sql`SELECT ${joined(parts)}`);
}
