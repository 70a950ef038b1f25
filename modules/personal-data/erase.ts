import { holdRefresh } from "#modules/call-queue";
import { readOwnAddresses } from "#modules/messages";
import { writeAudit } from "#lib/identity/audit";
import { type Ctx, describeActor } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { modules } from "../all.ts";
import type { Erasure } from "../module.ts";
import { type EraseAnswer, noneErased, type UserInput } from "./schema.ts";
import { lockUser } from "./sql/lock-user.ts";

/**
 * Erases one person: name, phone, email, zone, claims, and every word somebody wrote about them, in one transaction.
 * Open callbacks are cancelled, messages that wait are not sent, and the user is never called again. Ids, times, states, counts and outcome types stay,
 * so that every figure does. Copies of tasks outside PostgreSQL are dropped at once, or by the next sweep. Twice is the same as once. Refuses `not_found` when nothing is stored, and
 * `user_on_call` while the user is in a call.
 */
export async function eraseUser(ctx: Ctx, { userId }: UserInput): Promise<EraseAnswer> {
  const later: Parameters<Erasure["afterwards"]>[0][] = [];
  const erased = await inTransaction(ctx, async (tx) => {
    later.length = 0;
    await holdRefresh(tx);
    // From here on nobody promises this user a call or begins one: both need the row.
    await lockUser(tx.db, userId);
    const erasers = [];
    for (const { personalData } of modules) if (personalData?.erase) erasers.push(await personalData.erase(tx, userId));
    const erasure: Erasure = {
      userId,
      now: ctx.now,
      actor: describeActor(ctx.actor),
      addresses: await readOwnAddresses(tx.db, userId),
      afterwards: (work) => void later.push(work),
    };
    await writeAudit(tx.db, { actor: ctx.actor, action: "user.erased", subject: `user ${userId}` });
    const counts = noneErased();
    for (const erase of erasers) Object.assign(counts, await erase(erasure));
    return counts;
  });
  for (const work of later) await work(ctx);
  return erased;
}
