import { reasonOf } from "./errors.ts";
import type { After } from "./page.ts";
import type { Outcome, Task, TaskType } from "./task.ts";
import { payloadOf, UnreadablePayload } from "./types.ts";

/** Runs a task once, for at most `limitMs`. Never throws: a task that throws is tried again later, and one that cannot be read is parked. */
export async function runOnce(
  task: Task,
  type: TaskType,
  { limitMs, after }: { limitMs: number; after: After },
): Promise<Outcome> {
  const ending = new AbortController();
  const { promise: tooLong, resolve: give } = Promise.withResolvers<Outcome>();
  const stop = after(limitMs, () => {
    ending.abort();
    give({ kind: "later", reason: { code: "timeout", sentence: `It took longer than ${limitMs / 1_000} s.` } });
  });
  try {
    const payload = payloadOf(task, type);
    const context = {
      taskId: task.id,
      attempt: task.attempts,
      userId: task.userId,
      createdAt: task.createdAt,
      retriedAt: task.retriedAt,
      signal: ending.signal,
    };
    return await Promise.race([type.run(payload as never, context), tooLong]);
  } catch (error) {
    if (error instanceof UnreadablePayload) return { kind: "parked", reason: error.reason };
    return { kind: "later", reason: reasonOf(error) };
  } finally {
    stop();
  }
}
