import { smtpAccess, twilioAccess } from "./access.ts";
import { outbox } from "./outbox.ts";
import { smtpTransport } from "./smtp.ts";
import type { Transport } from "./transport.ts";
import { twilioTransport } from "./twilio.ts";

/** The way out of texts and that of e-mails, as the environment says; the outbox where it says nothing. */
export function openTransports(): Readonly<{ sms: Transport; email: Transport }> {
  const [twilio, smtp] = [twilioAccess(), smtpAccess()];
  return { sms: twilio ? twilioTransport(twilio) : outbox, email: smtp ? smtpTransport(smtp) : outbox };
}
