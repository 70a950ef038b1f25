import { createHmac } from "node:crypto";
import { isSame, type WebhookSender } from "#lib/base/sender";
import type { ValuesOf } from "#lib/base/setting";
import type { services } from "./settings.ts";

type Sender = WebhookSender<ValuesOf<typeof services> & { RINGBACK_URL?: string | undefined }>;

/**
 * Twilio's form posts: base64 HMAC-SHA1 of the address it was given and the fields in order, name and value. The address is
 * the one that Twilio called, with or without its port: behind a proxy that is RINGBACK_URL's, and not what the request says
 * here. Twilio signs no time.
 */
const twilio: Sender = {
  header: "X-Twilio-Signature",
  description: "Base64 HMAC-SHA1 of the address and the fields of the form with TWILIO_AUTH_TOKEN.",
  postsForms: true,
  isSigned: ({ headers, url: asked }, body, { RINGBACK_URL: home = asked, TWILIO_AUTH_TOKEN: tokens = [] }) => {
    const given = headers.get("x-twilio-signature") ?? "";
    const { pathname, search } = new URL(asked);
    const { protocol, hostname, host } = new URL(home);
    const usual = protocol === "https:" ? 443 : 80;
    const form = new URLSearchParams(Buffer.from(body).toString("utf8"));
    const addresses = [...new Set([host, hostname, `${hostname}:${usual}`])].map(
      (one) => `${protocol}//${one}${pathname}${search}`,
    );
    const expected = tokens.flatMap((token) => addresses.map((address) => twilioSignature(token, address, form)));
    // Every signature is compared, also after one was right.
    return expected.map((one) => isSame(given, one)).includes(true);
  },
};

/** The text that Twilio signs for a form that it posts to this address. Names come in order, each with its values, each value once. */
export function twilioSignature(token: string, address: string, form: URLSearchParams): string {
  const names = [...new Set(form.keys())].sort();
  const fields = names.flatMap((name) => [...new Set(form.getAll(name))].sort().map((value) => name + value));
  return createHmac("sha1", token)
    .update(address + fields.join(""))
    .digest("base64");
}

export const senders = { twilio };
