import { holdRefresh } from "#modules/call-queue";
import { readOwnAddresses } from "#modules/messages";
import { writeAudit } from "#lib/identity/audit";
import { type Ctx, describeActor } from "#lib/base/context";
import { inTransaction } from "#lib/database/db";
import { modules } from "../all.ts";
import type { Counts, Erasure } from "../module.ts";
import { type EraseAnswer, noneErased, type PersonInput } from "./schema.ts";
import { lockPerson } from "./sql/lock-person.ts";
import { nameOf, userIdOf } from "./store.ts";

/**
 * Erases one person in one transaction: name, phone, e-mail, zone, claims and every word written about a user; messages,
 * addresses and uuid of a customer whom only another system knows. Open callbacks are cancelled, waiting messages are not sent,
 * and the user is never called again. Ids, times, states, counts and outcome types stay, so that every figure stays. Copies of
 * tasks outside PostgreSQL are deleted after the commit, or by the next sweep. A repeat changes nothing. Refuses `not_found` when
 * nothing is stored (after an erasure nothing is stored under a uuid), and `user_on_call` while the user is in a call.
 */
export async function erasePerson(ctx: Ctx, { customerId }: PersonInput): Promise<EraseAnswer> {
  const later: Parameters<Erasure["afterwards"]>[0][] = [];
  const userId = userIdOf(customerId);
  const erased = await inTransaction(ctx, async (tx) => {
    later.length = 0;
    if (userId !== null) await holdRefresh(tx);
    // From here on a transaction that promises this person a call, begins one or accepts a message waits for the lock.
    await lockPerson(tx.db, customerId);
    const erasers = await holdEverything(tx, customerId, userId);
    const erasure: Erasure = {
      customerId,
      now: ctx.now,
      actor: describeActor(ctx.actor),
      addresses: await readOwnAddresses(tx.db, customerId),
      afterwards: (work) => void later.push(work),
    };
    const action = userId === null ? "customer.erased" : "user.erased";
    await writeAudit(tx.db, { actor: ctx.actor, action, subject: nameOf(customerId) });
    const counts = noneErased();
    for (const erase of erasers) Object.assign(counts, await erase(erasure));
    return counts;
  });
  for (const work of later) await work(ctx);
  return erased;
}

/** Erases the part of each module in the order of the modules, after all of them have taken their locks. */
async function holdEverything(
  tx: Ctx,
  customerId: string,
  userId: bigint | null,
): Promise<((erasure: Erasure) => Promise<Counts>)[]> {
  const erasers: ((erasure: Erasure) => Promise<Counts>)[] = [];
  for (const { personalData } of modules) {
    if (userId !== null && personalData?.erase) {
      const erase = await personalData.erase(tx, userId);
      erasers.push((erasure) => erase({ ...erasure, userId }));
    }
    if (personalData?.eraseCustomer) erasers.push(await personalData.eraseCustomer(tx, customerId));
  }
  return erasers;
}
