import type { z } from "zod";
import { beginCall } from "#modules/agents";
import { unsettleCallbacks } from "#modules/callbacks";
import { reopenEntry, reopenRemovedEntry, unlearn } from "#modules/call-queue";
import { writeAudit } from "#lib/identity/audit";
import type { Ctx } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { violated } from "#lib/database/error";
import { callNotFound } from "./not-found.ts";
import { endsContact, ONE_OPEN_CALL, UNDO_SECONDS } from "./rules.ts";
import type { undoOutcomeAnswer, undoOutcomeInput } from "./schema.ts";
import type { Call } from "./sql/hold.ts";
import { holdForUndo, reopenCall } from "./sql/reopen.ts";

type Input = z.infer<typeof undoOutcomeInput>;
type Answer = z.infer<typeof undoOutcomeAnswer>;

/**
 * The constraints that keep a call from being opened again: its user, number or agent is in another call, or the user is in the
 * queue.
 */
const TAKEN = [
  ...ONE_OPEN_CALL,
  "call_queue_one_live_entry_per_user",
  "call_queue_one_live_entry_per_callback",
  "callbacks_one_accepted_per_user",
];

/**
 * Undoes an outcome as if it had not been recorded: the call is open again at its desk, with its entry; the callbacks that the
 * outcome settled are as they were, the promise that it made is cancelled, and the user's score in the regular queue is as it was.
 * All of it or nothing, within UNDO_SECONDS, and only while nothing has followed: no other call of the user, the number or the
 * agent, no text, no change of a promise. A repeat changes nothing. Refuses `not_found`, and `wrong_state` with the reason, also
 * for an outcome that ends all contact: it has marked the number, and only a supervisor lifts a mark.
 */
export async function undoOutcome(ctx: Ctx, input: Input): Promise<Answer> {
  try {
    return await inTransaction(ctx, (tx) => takeBack(tx, input));
  } catch (error) {
    if (TAKEN.includes(violated(error) ?? ""))
      throw followed("this person or you are in another call, or in the queue");
    throw error;
  }
}

async function takeBack(tx: Ctx, { callSessionId, outcomeType }: Input): Promise<Answer> {
  const held = await holdForUndo(tx, callSessionId);
  if (!held) throw callNotFound(callSessionId);
  const { call, recordedAt: at, before, isFollowed } = held;
  if (!call.recorded || !at) return alreadyOpen(held);
  if (call.lastOutcomeType !== outcomeType) throw stays("another one was recorded meanwhile");
  if (endsContact(outcomeType))
    throw stays("the number is marked; a supervisor can lift the mark on the page of the customer");
  if (tx.now.getTime() > at.getTime() + UNDO_SECONDS * 1_000)
    throw stays(`it was recorded more than ${UNDO_SECONDS} s ago`);
  if (!before) throw stays("how the call was before is not kept any more");
  if (before.status === "abandoned") throw stays("the call had been given back before it was recorded");
  if (isFollowed) throw followed("this person is called again, or you are in another call");
  const { callback, covered, newCallbackId: promisedId } = call.recorded.answer;
  const callbackIds = [...(callback ? [callback] : []), ...covered].map(({ id }) => id);
  if (!(await unsettleCallbacks(tx, { callSessionId, at, callbackIds, promisedId })))
    throw followed("a promise has been changed or queued, or a text about it is on its way");
  await reopenEntryOf(tx, call);
  await reopenCall(tx, call.id, before);
  // A call that had ended when it was first reported was never at a desk.
  const wasAtDesk = before.endedAt === null || before.awaitsOutcome;
  if (call.agentId !== null && wasAtDesk) await beginCall(tx, call.agentId);
  if (!(await unlearn(tx, call.userId, before.known))) throw followed("an earlier call of this person has its outcome");
  const details = { outcomeType };
  await writeAudit(tx.db, { actor: tx.actor, action: "call.outcome_undone", subject: `call ${call.id}`, details });
  return answerFor(call);
}

const answerFor = ({ id }: Call): Answer => ({
  success: true,
  message: "The outcome is taken back: the call waits for another.",
  callSessionId: String(id),
});

/** The answer to a repeat, and for a call without an outcome: nothing is undone, and the call waits for its outcome. */
function alreadyOpen({ call }: NonNullable<Awaited<ReturnType<typeof holdForUndo>>>): Answer {
  if (call.status !== "abandoned") return answerFor(call);
  throw new Refusal(
    "wrong_state",
    `Call ${call.id} has no outcome to undo, and it is no longer at the desk. Its outcome can still be recorded.`,
  );
}

async function reopenEntryOf(tx: Ctx, { id, queueEntryId, fence, callbackId, recorded }: Call): Promise<void> {
  const settled = recorded?.answer.callback?.id;
  if (queueEntryId !== null) {
    const reopened = await reopenEntry(tx, { entryId: queueEntryId, callSessionId: id, fence: fence ?? 0 });
    if (reopened === 0) throw followed("its place in the queue has changed");
  } else if (settled !== undefined && callbackId === null) {
    await reopenRemovedEntry(tx, settled, `settled by call ${id}`);
  }
}

function stays(because: string): Refusal {
  return new Refusal("wrong_state", `The outcome stays: ${because}.`);
}

/** The refusal of an undo because something has followed the outcome. */
function followed(what: string): Refusal {
  return stays(`meanwhile ${what}`);
}
