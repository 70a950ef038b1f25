import { z } from "zod";
import { lockedCallback } from "#modules/callbacks";
import type { Ctx } from "#lib/base/context";
import { bigId } from "#lib/base/ids";
import { queryDirect } from "#lib/database/direct";
import { query, type Sql, sql } from "#lib/database/sql";
import { endsContact } from "../rules.ts";
import { type RecordOutcomeInput, recordOutcomeAnswer } from "../schema.ts";

export const call = z.object({
  id: bigId,
  userId: bigId,
  userTimeZone: z.string(),
  /** The dialled number; for a call from before numbers were stored, the user's present number. */
  number: z.string().nullable(),
  /** Whether the promise named this number, and it is not the number of the user. */
  isOtherNumber: z.boolean(),
  /** The number that the user has now. */
  ownNumber: z.string().nullable(),
  /** The number that the promise named, as given. */
  namedPhone: z.string().nullable(),
  isDoNotCall: z.boolean(),
  agentId: z.int().nullable(),
  callbackId: z.int().nullable(),
  queueEntryId: z.int().nullable(),
  /** Whether that entry is in the queue still, or again. */
  isEntryLive: z.boolean(),
  fence: z.int().nullable(),
  status: z.string(),
  startedAt: z.coerce.date(),
  /** Null: the call is open. */
  endedAt: z.coerce.date().nullable(),
  lastOutcomeType: z.string().nullable(),
  notes: z.string().nullable(),
  /** The recorded outcome and its answer, to tell a repeat from a contradiction. */
  recorded: z.object({ request: z.string(), answer: recordOutcomeAnswer }).nullable(),
});
export type Call = z.infer<typeof call>;

const held = z.object({
  call,
  /** The callback that is settled, and the others that the call covers. */
  callbacks: z.array(lockedCallback),
  /** For a call that was given back: the agent who has begun another call for the same callback. */
  laterCaller: z.string().nullable(),
  /** The open promises to the user, earliest first. */
  openCallbacks: recordOutcomeAnswer.shape.openCallbacks,
  /** Whether the data of the user was erased after the call. */
  isErased: z.boolean(),
  /** Differs when anything of this has changed. */
  fingerprint: z.string(),
});
export type Held = z.infer<typeof held>;

/** An agent who is signed in may see only the agent's own calls. */
export const agentOf = ({ actor }: Ctx): number | null => (actor.kind === "agent" ? actor.agentId : null);

/** Reads the call without a lock; null if there is none, or none that this actor may see. */
export async function findCall(ctx: Ctx, id: bigint): Promise<Call | null> {
  const statement = sql`SELECT read_call(${id}::bigint, ${agentOf(ctx)}::int) AS call`;
  const [row] = await query(ctx.db, z.object({ call: call.nullable() }), statement);
  return row!.call;
}

/**
 * Locks the rows that this outcome decides about until the transaction ends, and reads them, in one round trip: the database
 * function `hold_for_outcome` takes the locks in the order of the house. Null in the same cases as `findCall`.
 */
export async function holdForOutcome(ctx: Ctx, input: RecordOutcomeInput): Promise<Held | null> {
  const [row] = await query(ctx.db, held, sql`SELECT ${HELD} FROM ${holding(ctx, input, true)}`);
  return row ?? null;
}

/** Reads the same without a lock: the caller writes its decision only if the fingerprint is still the same. */
export async function readForOutcome(ctx: Ctx, input: RecordOutcomeInput): Promise<Held | null> {
  const statement = sql`SELECT ${HELD} FROM ${holding(ctx, input, false)}`;
  const [row] = await queryDirect(ctx.db, held, statement);
  return row ?? null;
}

const HELD = sql`call, callbacks, later_caller AS "laterCaller", open_callbacks AS "openCallbacks", fingerprint,
  EXISTS (SELECT FROM users u WHERE u.id = (call ->> 'userId')::bigint AND u.erased_at IS NOT NULL) AS "isErased"`;

/** The database function as part of a FROM. */
export function holding(ctx: Ctx, { callSessionId, callbackId, outcomeType }: RecordOutcomeInput, locks: boolean): Sql {
  return sql`hold_for_outcome(${callSessionId}::bigint, ${agentOf(ctx)}::int, ${callbackId ?? null}::int, ${endsContact(outcomeType)}::boolean,
                              ${locks}::boolean)`;
}
