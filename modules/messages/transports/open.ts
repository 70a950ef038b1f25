import { smtpAccess, twilioAccess } from "./access.ts";
import { outbox } from "./outbox.ts";
import { smtpTransport } from "./smtp.ts";
import type { Transport } from "./transport.ts";
import { twilioTransport } from "./twilio.ts";

/** The transports of texts and e-mails that the environment configures; the outbox where it configures none. */
export function openTransports(): Readonly<{ sms: Transport; email: Transport }> {
  const [twilio, smtp] = [twilioAccess(), smtpAccess()];
  return { sms: twilio ? twilioTransport(twilio) : outbox, email: smtp ? smtpTransport(smtp) : outbox };
}
