import { createHmac, timingSafeEqual } from "node:crypto";
import { digestOf } from "#lib/identity/api-key";
import { secretForTask } from "#lib/outbound/cursor-access";
import { env } from "#lib/base/env";

/** Senders of web hooks; each signs the bytes of the body in its own way. */
export const SENDERS = ["cursor", "runner", "twilio"] as const;
export type Sender = (typeof SENDERS)[number];

/** More signatures than anybody needs while a secret is changed. */
const MAX_SIGNATURES = 10;
/** How far the time of a hook may be from the clock of the database, both ways, as Standard Webhooks has it. */
const TOLERANCE_MS = 300_000;

/** Whether these bytes were signed by `sender`, whenever. Without a secret in the environment nobody is believed. */
export function isSignedBy(sender: Sender, request: Request, body: Uint8Array): boolean {
  return SIGNED_BY[sender](request, body);
}

/** Whether what `sender` signed is of now, by the one clock. Cursor and Twilio sign no time. */
export function isOfNow(sender: Sender, { headers }: Request, now: Date): boolean {
  return sender !== "runner" || Math.abs(Number(headers.get(TIME)) * 1_000 - now.getTime()) <= TOLERANCE_MS;
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

const TIME = "webhook-timestamp";

/**
 * Standard Webhooks: `v1,<base64 hmac of id.time.body>`, several while a secret is changed. Written out here because its
 * library judges the time by this machine's clock.
 */
function isStandard(headers: Headers, body: Uint8Array): boolean {
  const [id, time] = [headers.get("webhook-id") ?? "", headers.get(TIME) ?? ""];
  if (id === "" || !/^[0-9]{1,12}$/.test(time)) return false;
  const given = (headers.get("webhook-signature") ?? "").split(" ").slice(0, MAX_SIGNATURES);
  const expected = (env().RUNNER_WEBHOOK_SECRET ?? []).map((secret) => {
    const key = Buffer.from(secret.slice("whsec_".length), "base64");
    return `v1,${createHmac("sha256", key).update(`${id}.${time}.`).update(body).digest("base64")}`;
  });
  // Every one is compared, whichever it was.
  return expected.flatMap((one) => given.map((other) => isSame(other, one))).includes(true);
}

/**
 * Twilio's form posts: base64 HMAC-SHA1 of the address it was given and the fields in order, name and value. The address is
 * the one that Twilio called, with or without its port: behind a proxy that is RINGBACK_URL's, and not what the request says here.
 */
function isTwilios({ headers, url: asked }: Request, body: Uint8Array): boolean {
  const given = headers.get("x-twilio-signature") ?? "";
  const { pathname, search } = new URL(asked);
  const { RINGBACK_URL: home = asked, TWILIO_AUTH_TOKEN: tokens = [] } = env();
  const { protocol, hostname, host } = new URL(home);
  const usual = protocol === "https:" ? 443 : 80;
  const form = new URLSearchParams(Buffer.from(body).toString("utf8"));
  const addresses = [...new Set([host, hostname, `${hostname}:${usual}`])].map(
    (one) => `${protocol}//${one}${pathname}${search}`,
  );
  const expected = tokens.flatMap((token) => addresses.map((address) => twilioSignature(token, address, form)));
  // Every one is compared, whichever it was.
  return expected.map((one) => isSame(given, one)).includes(true);
}

/** What Twilio signs a form with that it posts to this address. Names come in order, each with its values, each value once. */
export function twilioSignature(token: string, address: string, form: URLSearchParams): string {
  const names = [...new Set(form.keys())].sort();
  const fields = names.flatMap((name) => [...new Set(form.getAll(name))].sort().map((value) => name + value));
  return createHmac("sha1", token)
    .update(address + fields.join(""))
    .digest("base64");
}

const SIGNED_BY: Readonly<Record<Sender, (request: Request, body: Uint8Array) => boolean>> = {
  cursor: isCursors,
  runner: ({ headers }, body) => isStandard(headers, body),
  twilio: isTwilios,
};
