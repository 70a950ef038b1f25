import { createHmac, timingSafeEqual } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { digestOf } from "#lib/api-key";
import { secretForTask } from "#lib/cursor-access";
import { env } from "#lib/env";

/** Senders of web hooks; each signs the bytes of the body in its own way. */
export const SENDERS = ["cursor", "runner"] as const;
export type Sender = (typeof SENDERS)[number];

/** Whether these bytes were signed by `sender`. Without a secret in the environment nobody is believed. */
export function isSignedBy(sender: Sender, request: Request, body: Uint8Array): boolean {
  return sender === "cursor" ? isCursors(request, body) : isStandard(request.headers, body);
}

/** `X-Webhook-Signature: sha256=<hex hmac of the raw body>`, as Cursor's cloud agents send it (API v0). */
function isCursors({ headers, url }: Request, body: Uint8Array): boolean {
  const given = headers.get("x-webhook-signature") ?? "";
  const taskId = new URL(url).searchParams.get("task");
  const keys = (env().CURSOR_WEBHOOK_SECRET ?? []).map((one) => (taskId === null ? one : secretForTask(one, taskId)));
  // Every one is compared, whichever it was.
  return keys.map((key) => isSame(given, `sha256=${hmacOf(key, body)}`)).includes(true);
}

function hmacOf(key: string, body: Uint8Array): string {
  return createHmac("sha256", key).update(body).digest("hex");
}

/** In constant time: digests are equally long whatever was sent. */
function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(digestOf(given), digestOf(expected));
}

/** Standard Webhooks: id, time (300 seconds both ways) and body; several signatures while a secret is changed. */
function isStandard(headers: Headers, body: Uint8Array): boolean {
  if (!/^[0-9]{1,12}$/.test(headers.get("webhook-timestamp") ?? "")) return false;
  const secrets = env().RUNNER_WEBHOOK_SECRET ?? [];
  return secrets.map((secret) => isVerified(secret, headers, body)).includes(true);
}

function isVerified(secret: string, headers: Headers, body: Uint8Array): boolean {
  try {
    new Webhook(secret).verify(Buffer.from(body), Object.fromEntries(headers), { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}
