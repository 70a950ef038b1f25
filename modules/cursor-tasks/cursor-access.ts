import { services } from "#lib/outbound/services";
import { secretForTask } from "./secret-for-task.ts";

/**
 * What launching an agent of Cursor takes: where, with which key, and where it reports on a task, signed with
 * what.
 */
export type CursorAccess = Readonly<{
  api: URL;
  key: string;
  webhookOf: (taskId: string) => { url: string; secret: string };
}>;

/** How agents are launched here, or null when the environment does not say it all. */
export function cursorAccess(): CursorAccess | null {
  const { CURSOR_API_URL, CURSOR_API_KEY: key, CURSOR_WEBHOOK_SECRET, RINGBACK_URL: home } = services();
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
