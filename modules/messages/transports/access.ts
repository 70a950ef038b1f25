import { timingSafeEqual } from "node:crypto";
import { digestOf } from "#lib/identity/api-key";
import { signatureOf } from "#lib/identity/signature";
import { services } from "#lib/outbound/services";

/** The credentials for texts by Twilio, and the address for its reports; null where Twilio could not reach us. */
export type TwilioAccess = Readonly<{
  api: URL;
  account: string;
  token: string;
  callbackOf: (messageId: string) => string | null;
}>;

/** The mail server of this installation. */
export type SmtpAccess = Readonly<{
  host: string;
  port: number;
  /** TLS from the first byte on; otherwise STARTTLS is required, unless the server is on this machine. */
  secure: boolean;
  isHere: boolean;
  login: Readonly<{ user: string; pass: string }> | null;
}>;

/** The access to Twilio, or null when the environment does not configure it. */
export function twilioAccess(): TwilioAccess | null {
  const {
    TWILIO_API_URL: api,
    TWILIO_ACCOUNT_SID: account,
    TWILIO_AUTH_TOKEN: tokens,
    RINGBACK_URL: home,
  } = services();
  const token = tokens?.[0];
  if (!account || !token) return null;
  return { api: new URL(api), account, token, callbackOf: (id) => (home ? callbackAddress(home, id) : null) };
}

/** The access to the mail server, or null when the environment does not configure it. */
export function smtpAccess(): SmtpAccess | null {
  const { SMTP_URL: written } = services();
  return written ? readSmtpUrl(written) : null;
}

/** The parts of an address such as `smtps://user:password@host:465`; user and password may be percent-encoded. */
export function readSmtpUrl(written: string): SmtpAccess {
  const { protocol, hostname, port, username, password } = new URL(written);
  const secure = protocol === "smtps:";
  const login = username === "" ? null : { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
  const isHere = /^(localhost|127\.[0-9.]+|\[::1\])$/.test(hostname);
  return { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port) || (secure ? 465 : 587), secure, isHere, login };
}

/** The address for status reports about this message. It contains the id with our signature, so that a report names its message. */
export function callbackAddress(home: string, messageId: string): string {
  const address = new URL("/api/webhooks/twilio/message-status", home);
  address.search = String(new URLSearchParams({ message: messageId, signature: signatureOf("message", messageId) }));
  return address.href;
}

/** Whether we have signed this id of a message. */
export function isSignedMessageId(messageId: string, signature: string): boolean {
  return timingSafeEqual(digestOf(signature), digestOf(signatureOf("message", messageId)));
}
