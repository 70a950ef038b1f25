import { type Sender, SENDERS } from "#declared";
import type { WebhookSender } from "#lib/base/sender";
import { services } from "#lib/outbound/services";

/** Whether these bytes were signed by `sender`, whenever. Without a secret in the environment nobody is believed. */
export function isSignedBy(sender: Sender, request: Request, body: Uint8Array): boolean {
  return SENDERS[sender].isSigned(request, body, services());
}

/** Whether what `sender` signed is of now, by the one clock; yes for a sender that signs no time. */
export function isOfNow(sender: Sender, request: Request, now: Date): boolean {
  const { isOfNow: isRecent }: WebhookSender = SENDERS[sender];
  return isRecent?.(request, now) ?? true;
}

/** Whether what comes in for `who` is a form, as some senders post it; else it is JSON. */
export function takesForms(who: readonly string[]): boolean {
  return Object.entries<WebhookSender>(SENDERS).some(
    ([name, { postsForms }]) => postsForms === true && who.includes(name),
  );
}
