import { createHmac } from "node:crypto";

/**
 * The password of an invented account: always the same on one installation, so that its page of signing in can offer the
 * account as a button, and another one on each, since the secret is.
 */
export function demoPassword(secret: string, email: string): string {
  return createHmac("sha256", secret).update(`demo account ${email}`).digest("base64url").slice(0, 16);
}
