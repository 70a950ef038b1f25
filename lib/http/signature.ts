import { type Sender, SENDERS } from "#declared";
import type { WebhookSender } from "#lib/base/sender";
import { services } from "#lib/outbound/services";

/** Whether `sender` signed these bytes, at any time. False without a secret in the environment. */
export function isSignedBy(sender: Sender, request: Request, body: Uint8Array): boolean {
  return SENDERS[sender].isSigned(request, body, services());
}

/** Whether the signature of `sender` is recent, by the database's clock; true for a sender that signs no time. */
export function isOfNow(sender: Sender, request: Request, now: Date): boolean {
  const { isOfNow: isRecent }: WebhookSender<never> = SENDERS[sender];
  return isRecent?.(request, now) ?? true;
}

/** Whether requests for `who` are forms, as some senders post them; otherwise JSON. */
export function takesForms(who: readonly string[]): boolean {
  return Object.entries<WebhookSender<never>>(SENDERS).some(
    ([name, { postsForms }]) => postsForms === true && who.includes(name),
  );
}
