import { createHmac } from "node:crypto";

/**
 * The password of an invented account. It is constant on one installation, so that the sign-in page can offer the account as a
 * button, and differs between installations, because the secret does.
 */
export function demoPassword(secret: string, email: string): string {
  return createHmac("sha256", secret).update(`demo account ${email}`).digest("base64url").slice(0, 16);
}
