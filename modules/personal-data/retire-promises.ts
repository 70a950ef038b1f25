import type { Db } from "#lib/database/db";
import { retireEntriesOf } from "#modules/call-queue";
import { lockEnded, retireCallbacks } from "#modules/callbacks";
import { retireCallsOf } from "#modules/calls";
import type { Batch, Counts } from "../module.ts";

/**
 * Deletes callbacks that ended before, with their events, notifications and queue entries, and with the calls that no
 * callback left needs. The caller's transaction makes it one step.
 */
export async function retirePromises(db: Db, { before, limit }: Batch): Promise<Counts> {
  const ended = await lockEnded(db, { before, limit });
  if (ended.length === 0) return { callbacks: 0, events: 0, notifications: 0, queueEntries: 0, calls: 0 };
  const callbackIds = ended.map(({ id }) => id);
  const calls = await retireCallsOf(db, {
    before,
    callbackIds,
    callSessionIds: ended.flatMap(({ calls: ids }) => ids),
  });
  const queueEntries = await retireEntriesOf(db, callbackIds);
  return { ...(await retireCallbacks(db, callbackIds)), queueEntries, calls };
}
