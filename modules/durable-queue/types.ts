/** Decides whether this page can do a stored task, which another build may have written. */
import type { Reason, Task, TaskType, TaskTypes } from "./task.ts";

/** Why this page cannot do a task at all, or null. */
export function whyNot(task: Task, { types, userId }: { types: TaskTypes; userId: string }): Reason | null {
  if (task.userId !== userId) return { code: "another_person", sentence: "It belongs to somebody else." };
  const type = types[task.type];
  if (!type) return { code: "unknown_type", sentence: `This page does not know what ${task.type} is. Reload it.` };
  if (task.version > type.version) return { code: "newer_version", sentence: "A newer page made it. Reload this one." };
  if (task.version < type.version && !type.upcast) {
    return {
      code: "older_version",
      sentence: "An older page made it, and this one cannot read it any more. Do it again.",
    };
  }
  return null;
}

/** The stored payload does not fit the type; trying again does not help. */
export class UnreadablePayload extends Error {
  readonly reason: Reason;

  constructor(cause: unknown) {
    super("The payload cannot be read.", { cause });
    this.reason = {
      code: "unreadable_payload",
      sentence: `What was kept of it does not fit this page: ${(cause as Error).message}`,
    };
  }
}

/** The payload in the present shape. Throws UnreadablePayload. */
export function payloadOf({ payload, version }: Task, type: TaskType): unknown {
  try {
    return type.payload.parse(version < type.version ? type.upcast?.(payload, version) : payload);
  } catch (error) {
    throw new UnreadablePayload(error);
  }
}
