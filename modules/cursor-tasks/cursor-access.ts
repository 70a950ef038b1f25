import { services } from "#lib/outbound/services";
import { secretForTask } from "./secret-for-task.ts";

/** The access to Cursor: the address and key for launches, and the address and secret for its webhooks. */
export type CursorAccess = Readonly<{
  api: URL;
  key: string;
  webhookOf: (taskId: string) => { url: string; secret: string };
}>;

/** The access to Cursor, or null when a part of it is not configured. */
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
