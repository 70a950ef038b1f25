import { createHmac } from "node:crypto";
import { env } from "#lib/base/env";

/**
 * What launching an agent of Cursor takes: where, with which key, and where its news of a task goes, signed with
 * what.
 */
export type CursorAccess = Readonly<{
  api: URL;
  key: string;
  webhookOf: (taskId: string) => { url: string; secret: string };
}>;

/** How agents are launched here, or null when the environment does not say it all. */
export function cursorAccess(): CursorAccess | null {
  const { CURSOR_API_URL, CURSOR_API_KEY: key, CURSOR_WEBHOOK_SECRET, RINGBACK_URL: home } = env();
  const secret = CURSOR_WEBHOOK_SECRET?.[0];
  if (!key || !secret || !home) return null;
  return {
    api: new URL(CURSOR_API_URL),
    key,
    webhookOf: (taskId) => ({
      url: new URL(`/api/webhooks/cursor?task=${encodeURIComponent(taskId)}`, home).href,
      secret: secretForTask(secret, taskId),
    }),
  };
}

/**
 * The secret Cursor is given to sign the news of one task with. Its signature does not cover the address, so each
 * task has a secret of its own: the news of one, replayed to the address of another, is not believed.
 */
export function secretForTask(secret: string, taskId: string): string {
  return createHmac("sha256", secret).update(`task ${taskId}`).digest("hex");
}
