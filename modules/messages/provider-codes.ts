/** The codes of providers as data: each decides what happens to the message next. The words of an answer decide nothing. */

/**
 * - `transient`: another attempt may succeed.
 * - `throttled`: the provider asks for a pause; it is paused, and no attempt is spent.
 * - `permanent`: this message will never be sent as it is.
 * - `recipient`: the address does not exist, or its owner said stop; the address is suppressed.
 * - `ours`: our credentials, account or reputation are at fault; the provider is held, and no address is suppressed.
 */
export const ERROR_CLASSES = ["transient", "throttled", "permanent", "recipient", "ours"] as const;
export type ErrorClass = (typeof ERROR_CLASSES)[number];

/** The suppression of a recipient at fault: a stop holds for this sender, a dead address for every sender. */
export type Suppression = Readonly<{ reason: "stop" | "bounce"; scope: "sender" | "any" }>;

/** `isOfOne`: the code may be about this message alone, so that one report of it holds no provider. */
export type Verdict = Readonly<{
  errorClass: ErrorClass;
  sentence: string;
  suppression?: Suppression;
  isOfOne?: true;
}>;

const STOP: Suppression = { reason: "stop", scope: "sender" };
const BOUNCE: Suppression = { reason: "bounce", scope: "any" };

const transient = (sentence: string): Verdict => ({ errorClass: "transient", sentence });
const throttled = (sentence: string): Verdict => ({ errorClass: "throttled", sentence });
const permanent = (sentence: string): Verdict => ({ errorClass: "permanent", sentence });
const ours = (sentence: string): Verdict => ({ errorClass: "ours", sentence });
const filtered = (sentence: string): Verdict => ({ errorClass: "ours", sentence, isOfOne: true });
const recipient = (sentence: string, suppression = BOUNCE): Verdict => ({
  errorClass: "recipient",
  sentence,
  suppression,
});

/**
 * Error codes of Twilio: 2xxxx answer a request, 3xxxx come with the status of a message that was taken before.
 * https://www.twilio.com/docs/api/errors
 */
export const TWILIO_CODES: Readonly<Record<string, Verdict>> = {
  "14107": throttled("Twilio takes no more messages from this sender for now."),
  "20001": permanent("Twilio found a parameter that it does not know."),
  "20003": ours("Twilio refused our credentials."),
  "20005": ours("Our account at Twilio is not active."),
  "20008": ours("Our credentials at Twilio are test credentials."),
  "20404": ours("Twilio knows no such account or address of its API."),
  "20429": throttled("Twilio got too many requests from us."),
  "20500": transient("Twilio had a fault of its own."),
  "20503": transient("Twilio was not available."),
  "21211": permanent("The number of the recipient is not valid."),
  "21212": ours("The number of the sender is not valid."),
  "21217": permanent("The number of the recipient is not valid."),
  "21219": ours("On a trial account the number of the recipient must be verified first."),
  "21265": permanent("The recipient cannot be a short code."),
  "21266": permanent("The recipient and the sender are the same number."),
  "21408": ours("Our account at Twilio may not send to this country."),
  "21601": ours("The number of the sender cannot send texts."),
  "21602": permanent("The text is empty."),
  "21603": ours("The message has no sender."),
  "21604": permanent("The message has no recipient."),
  "21605": permanent("The text is too long."),
  "21606": ours("The number of the sender is not one of ours that can send texts."),
  "21608": ours("On a trial account the number of the recipient must be verified first."),
  "21609": ours("The address for status callbacks is not one that Twilio can call."),
  "21610": recipient("The recipient has said stop to this sender.", STOP),
  "21611": throttled("The queue of this sender at Twilio is full."),
  "21612": permanent("This sender cannot reach this recipient."),
  "21614": recipient("The number of the recipient is not a mobile number."),
  "21617": permanent("The text is longer than 1,600 characters."),
  "21619": permanent("The message has no text."),
  "21635": recipient("The number of the recipient is a landline."),
  "21659": ours("The number of the sender is not one of Twilio's."),
  "21660": ours("The number of the sender belongs to another account."),
  "21703": ours("The messaging service has no number to send from."),
  "21705": ours("The messaging service is not known."),
  "30001": throttled("The queue at Twilio ran over."),
  "30002": ours("Our account at Twilio is suspended."),
  "30003": transient("The telephone could not be reached: switched off, or out of range."),
  "30004": recipient("The recipient's number is blocked from receiving this."),
  "30005": recipient("The number of the recipient is not known to its network."),
  "30006": recipient("The number is a landline, or its network takes no texts."),
  "30007": filtered("A network filtered the message as unwanted."),
  "30008": transient("The network did not deliver it and gave no reason."),
  "30009": transient("A part of the message was lost on the way."),
  "30010": ours("The message would cost more than our account allows."),
  "30011": permanent("The network of the recipient takes no picture messages."),
  "30017": transient("The network of the recipient was overloaded."),
  "30018": ours("The network of the recipient wants the sender to be registered."),
  "30019": permanent("The message is too large for the network of the recipient."),
  "30022": throttled("The sender has reached the rate that its registration allows."),
  "30023": throttled("The sender has reached what its registration allows for a day."),
  "30024": ours("The sender is not set up in the country of the recipient."),
  "30027": throttled("The sender has reached what the network takes from it in a day."),
  "30032": ours("The toll-free number of the sender is not verified."),
  "30033": ours("The campaign of the sender is suspended."),
  "30034": ours("The number of the sender is not registered."),
  "30035": ours("The number of the sender is still being set up."),
  "30036": permanent("The message was not sent within its validity."),
  "30038": filtered("A network filtered the message as a one-time password."),
  "30410": transient("A provider behind Twilio did not answer in time."),
  "30450": permanent("Twilio blocked the number of the recipient as one that is used for fraud."),
  "30453": permanent("Twilio blocked the message as likely fraud."),
  "30500": transient("A provider behind Twilio had a fault."),
  "63018": throttled("The sender has reached its rate on this channel."),
  "63038": throttled("Our account at Twilio has sent what it may send in a day."),
};

/** The verdict on a code that is not in the table, by the status of the answer. */
const HTTP_STATUSES: Readonly<Record<number, Verdict>> = {
  401: ours("Twilio refused our credentials."),
  403: ours("Twilio does not let our account do this."),
  404: ours("Twilio knows no such account or address of its API."),
  408: transient("Twilio did not get the whole request in time."),
  409: transient("Twilio was busy with the same request."),
  425: transient("Twilio wants the request again later."),
  429: throttled("Twilio got too many requests from us."),
};

/** The verdict on an error that Twilio answered: by its code, else by its status. An unknown 4xx is permanent. */
export function twilioVerdict(code: string | null, status: number): Verdict {
  const known = code === null ? undefined : TWILIO_CODES[code];
  if (known) return known;
  if (HTTP_STATUSES[status]) return HTTP_STATUSES[status];
  return status >= 400 && status < 500
    ? permanent(`Twilio refused the message (${code ?? status}).`)
    : transient(`Twilio had a fault of its own (${code ?? status}).`);
}

/**
 * The verdict on the code of a status callback. Twilio had accepted the message, so an unknown code is permanent: a message that a network
 * has refused is sent again only by a person, or for a code that is known to heal.
 */
export function twilioDeliveryVerdict(code: string | null): Verdict {
  if (code === null) return permanent("The message was not delivered; no reason was given.");
  return TWILIO_CODES[code] ?? permanent(`The message was not delivered (${code}).`);
}

/**
 * Enhanced status codes of SMTP (RFC 3463, RFC 7505, RFC 7372), the exact code before its subject. `4.` refuses for now and heals, `5.`
 * refuses for good.
 */
export const SMTP_CODES: Readonly<Record<string, Verdict>> = {
  "4.2.1": transient("The mailbox takes no messages for now."),
  "4.2.2": transient("The mailbox is full."),
  "4.3.1": transient("The mail server has no room for now."),
  "4.3.2": throttled("The mail server takes no messages for now."),
  "4.5.3": throttled("The mail server wants fewer recipients at once."),
  "4.7.0": throttled("The mail server has had too much from us for now."),
  "4.7.28": throttled("The mail server has had too much from us for now."),
  "5.1": recipient("The mail server knows no such address."),
  "5.1.7": ours("The address of the sender is not valid."),
  "5.1.8": ours("The domain of the sender is not valid."),
  "5.2.1": recipient("The mailbox is closed."),
  "5.2.2": permanent("The mailbox is full."),
  "5.2.3": permanent("The message is too large for the mailbox."),
  "5.3.2": transient("The mail server takes no messages now."),
  "5.3.4": permanent("The message is too large for the mail server."),
  "5.5.3": permanent("The mail server does not take so many recipients."),
  "5.7": ours("The mail server does not let us send this."),
};

/** Replies without an enhanced code. A bare 550 names no reason, so no address is suppressed for it. */
export const SMTP_REPLIES: Readonly<Record<string, Verdict>> = {
  "421": transient("The mail server closes the connection for now."),
  "450": transient("The mailbox takes no messages for now."),
  "451": transient("The mail server had a fault of its own."),
  "452": transient("The mail server has no room for now."),
  "454": transient("The mail server cannot check who we are for now."),
  "530": ours("The mail server wants to know who we are."),
  "534": ours("The mail server wants another way of signing in."),
  "535": ours("The mail server refused our credentials."),
  "538": ours("The mail server wants encryption before we sign in."),
  "550": permanent("The mail server refused the message."),
  "552": permanent("The message is too large, or the mailbox is full."),
  "553": permanent("The mail server does not take an address that is written so."),
  "554": permanent("The mail server refused the message."),
};

/** The verdict on a reply of an SMTP server: by its enhanced code, the subject of that code, the reply code, its first digit. */
export function smtpVerdict(reply: number, enhanced: string | null): Verdict {
  const subject = enhanced?.split(".").slice(0, 2).join(".") ?? "";
  const known = SMTP_CODES[enhanced ?? ""] ?? SMTP_CODES[subject] ?? SMTP_REPLIES[String(reply)];
  if (known) return known;
  return reply >= 500 && reply < 600
    ? permanent(`The mail server refused the message (${enhanced ?? reply}).`)
    : transient(`The mail server did not take the message now (${enhanced ?? reply}).`);
}

/** The enhanced code at the beginning of a reply, `550 5.1.1 No such user`; null when there is none or it contradicts the reply. */
export function enhancedCodeIn(reply: string): string | null {
  const [, digit, code] = /^([245])[0-9]{2}[ -](\1\.[0-9]{1,3}\.[0-9]{1,3})\b/.exec(reply) ?? [];
  return digit === undefined ? null : (code ?? null);
}
