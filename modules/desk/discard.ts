import { type DurableQueue, QueueError } from "#modules/durable-queue";

/** For how long a discard waits for the end of an attempt. */
const WAIT_MS = 8_000;

/**
 * Calls `discard` for an action, and again when an attempt under way has ended, because an action that is only skipped would be sent
 * later although its person has discarded it. Does nothing for one that is finished or gone. Throws when the attempt takes longer.
 */
export async function discardAtEnd(queue: DurableQueue, id: string, discard: () => Promise<void>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<"late">();
  const timer = setTimeout(() => resolve("late"), WAIT_MS);
  try {
    for (;;) {
      const { promise: changed, resolve: look } = Promise.withResolvers<void>();
      const stop = queue.subscribe(() => look());
      try {
        return await discard();
      } catch (error) {
        if (!(error instanceof QueueError) || !["wrong_state", "not_found"].includes(error.code)) throw error;
        const status = (await queue.get(id))?.status;
        if (status === undefined || status === "completed") return;
        // Otherwise it has ended just now.
        if (status === "processing" && (await Promise.race([changed, late])) === "late") throw error;
      } finally {
        stop();
      }
    }
  } finally {
    clearTimeout(timer);
  }
}
