import { createHmac } from "node:crypto";

/**
 * The secret with which Cursor signs the webhooks of one task. Its signature does not cover the address, so each task has a
 * secret of its own: a webhook of one task that is replayed to the address of another is refused.
 */
export function secretForTask(secret: string, taskId: string): string {
  return createHmac("sha256", secret).update(`task ${taskId}`).digest("hex");
}
