import { createHmac, randomUUID } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { START } from "../setup/database.ts";
import { CURSOR_WEBHOOK_SECRET, RUNNER_WEBHOOK_SECRET } from "../setup/secrets.ts";

type Headers = Record<string, string>;

/** The headers with which Cursor sends this body, to the address it was given. */
export function asCursor(body: string, secret = CURSOR_WEBHOOK_SECRET): Headers {
  return {
    "content-type": "application/json",
    "user-agent": "Cursor-Agent-Webhook/1.0",
    "x-webhook-event": "statusChange",
    "x-webhook-id": randomUUID(),
    "x-webhook-signature": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
  };
}

/** The headers with which a runner of ours sends this body, at the time at which the clock of a test begins. */
export function asRunner(body: string, at = START, secret = RUNNER_WEBHOOK_SECRET, id = "msg_1"): Headers {
  return {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": new Webhook(secret).sign(id, at, body),
  };
}

/** The headers of the sender that this route is for. */
export function signedFor(who: readonly string[], body: string): Headers | null {
  if (who.includes("cursor")) return asCursor(body);
  return who.includes("runner") ? asRunner(body) : null;
}
