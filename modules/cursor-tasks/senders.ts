import { createHmac } from "node:crypto";
import { hmacOf, isSame, type WebhookSender } from "#lib/base/sender";
import type { ValuesOf } from "#lib/base/setting";
import { secretForTask } from "./secret-for-task.ts";
import type { services } from "./settings.ts";

type Sender = WebhookSender<ValuesOf<typeof services>>;

/** More signatures than a change of secrets needs. */
const MAX_SIGNATURES = 10;
/** How far the time of a webhook may be from the clock of the database in either direction, as Standard Webhooks has it. */
const TOLERANCE_MS = 300_000;
const TIME = "webhook-timestamp";

/** `X-Webhook-Signature: sha256=<hex hmac of the raw body>`, as Cursor's cloud agents send it (API v0). Cursor signs no time. */
const cursor: Sender = {
  header: "X-Webhook-Signature",
  description: "`sha256=` and the hex HMAC-SHA256 of the body with CURSOR_WEBHOOK_SECRET.",
  isSigned: ({ headers, url }, body, { CURSOR_WEBHOOK_SECRET: secrets = [] }) => {
    const given = headers.get("x-webhook-signature") ?? "";
    const taskId = new URL(url).searchParams.get("task");
    const keys = secrets.map((one) => (taskId === null ? one : secretForTask(one, taskId)));
    // Every key is compared, also after one was right.
    return keys.map((key) => isSame(given, `sha256=${hmacOf(key, body)}`)).includes(true);
  },
};

/**
 * Standard Webhooks: `v1,<base64 hmac of id.time.body>`, several while a secret is changed. Implemented here because its library
 * checks the time by this machine's clock.
 */
const runner: Sender = {
  header: "webhook-signature",
  description: "Standard Webhooks, with RUNNER_WEBHOOK_SECRET; `webhook-id` and `webhook-timestamp` beside it.",
  isSigned: ({ headers }, body, { RUNNER_WEBHOOK_SECRET: secrets = [] }) => {
    const [id, time] = [headers.get("webhook-id") ?? "", headers.get(TIME) ?? ""];
    if (id === "" || !/^[0-9]{1,12}$/.test(time)) return false;
    const given = (headers.get("webhook-signature") ?? "").split(" ").slice(0, MAX_SIGNATURES);
    const expected = secrets.map((secret) => {
      const key = Buffer.from(secret.slice("whsec_".length), "base64");
      return `v1,${createHmac("sha256", key).update(`${id}.${time}.`).update(body).digest("base64")}`;
    });
    // Every pair is compared, also after one was right.
    return expected.flatMap((one) => given.map((other) => isSame(other, one))).includes(true);
  },
  isOfNow: ({ headers }, now) => Math.abs(Number(headers.get(TIME)) * 1_000 - now.getTime()) <= TOLERANCE_MS,
};

export const senders = { cursor, runner };
