import { holdRefresh } from "#modules/call-queue";
import { cancelCallback } from "#modules/callbacks";
import { syncCopiesAfter } from "#modules/cursor-tasks";
import { writeAudit } from "#lib/identity/audit";
import { type Ctx, describeActor } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { ERASURE_REASON } from "./rules.ts";
import type { EraseAnswer, UserInput } from "./schema.ts";
import {
  eraseCalls,
  eraseEntries,
  eraseKeptAnswers,
  eraseNumbers,
  eraseUserRow,
  holdNumbers,
} from "./sql/erase-desk.ts";
import { eraseCallbacks, eraseEvents, eraseNotifications } from "./sql/erase-callbacks.ts";
import { eraseMessages, holdMessages } from "./sql/erase-messages.ts";
import { eraseCursorTasks } from "./sql/erase-tasks.ts";
import { closeEntries, letEvents, lockOpenCallbacks, lockUser, mustNotBeInCall } from "./store.ts";

/**
 * Erases one person: name, phone, email, zone, claims, and every word somebody wrote about them, in one transaction.
 * Open callbacks are cancelled, messages that wait are not sent, and the user is never called again. Ids, times, states, counts and outcome types stay,
 * so that every figure does. Copies of tasks outside PostgreSQL are dropped at once, or by the next sweep. Twice is the same as once. Refuses `not_found` when nothing is stored, and
 * `user_on_call` while the user is in a call.
 */
export async function eraseUser(ctx: Ctx, { userId }: UserInput): Promise<EraseAnswer> {
  let taskIds: string[] = [];
  const erased = await inTransaction(ctx, async (tx) => {
    await holdRefresh(tx);
    // From here on nobody promises this user a call or begins one: both need the row.
    await lockUser(tx.db, userId);
    const open = await lockOpenCallbacks(tx.db, userId);
    await mustNotBeInCall(tx.db, userId);
    for (const callbackId of open) await cancelCallback(tx, { callbackId, reason: ERASURE_REASON });
    await closeEntries(tx, userId);
    const erasure = { userId, now: ctx.now, actor: describeActor(ctx.actor) };
    const addresses = await holdMessages(tx.db, erasure);
    const numbers = await holdNumbers(tx.db, erasure);
    const callbacks = await eraseCallbacks(tx.db, erasure);
    await eraseNumbers(tx.db, erasure, numbers);
    const { users, claims } = await eraseUserRow(tx.db, erasure);
    await writeAudit(tx.db, { actor: ctx.actor, action: "user.erased", subject: `user ${userId}` });
    await letEvents(tx.db, "erase");
    taskIds = await eraseCursorTasks(tx.db, erasure);
    return {
      cancelled: open.length,
      callbacks,
      events: await eraseEvents(tx.db, erasure),
      notifications: await eraseNotifications(tx.db, erasure),
      queueEntries: await eraseEntries(tx.db, erasure),
      calls: await eraseCalls(tx.db, erasure),
      claims,
      keptAnswers: await eraseKeptAnswers(tx.db, erasure, addresses),
      cursorTasks: taskIds.length,
      messages: await eraseMessages(tx.db, erasure, addresses),
      users,
    };
  });
  await syncCopiesAfter(ctx, taskIds);
  return erased;
}
