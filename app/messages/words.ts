import { MAX_COUNTED, type MessageState, type Provider, segmentsOf, type ShownMessage } from "#client/messages";
import { counted } from "../_ui/words.ts";

/** The word and the colour of each state. */
export const STATES: Readonly<Record<MessageState, readonly [word: string, colour: string]>> = {
  accepted: ["in the queue", "quiet"],
  stored: ["waits", "soon"],
  sending: ["sending", "accepted"],
  sent: ["sent", "accepted"],
  delivered: ["delivered", "kept"],
  failed: ["failed", "late"],
  bounced: ["bounced", "late"],
  no_receipt: ["no receipt", "soon"],
  unsure: ["unsure", "soon"],
  held: ["held", "soon"],
  suppressed: ["suppressed", "quiet"],
  expired: ["expired", "quiet"],
  dead: ["dead", "late"],
  received: ["received", "accepted"],
};

/** The word for each event, and the colour of its dot. */
export const EVENTS: Readonly<Record<string, readonly [word: string, colour: string]>> = {
  accepted: ["Accepted", "bg-accent"],
  stored: ["Stored", "bg-accent"],
  sending: ["Sending", "bg-accent"],
  sent: ["Sent", "bg-accepted"],
  retry: ["Attempt failed", "bg-late"],
  deferred: ["Put off", "bg-soon"],
  unsure: ["Unsure", "bg-soon"],
  resend: ["To be sent again", "bg-soon"],
  settled: ["Settled by a person", "bg-accent"],
  held: ["Held", "bg-soon"],
  due: ["Due", "bg-accent"],
  released: ["Released", "bg-accent"],
  delivered: ["Delivered", "bg-kept"],
  failed: ["Not delivered", "bg-late"],
  bounced: ["Bounced", "bg-late"],
  no_receipt: ["No receipt", "bg-soon"],
  suppressed: ["Suppressed", "bg-muted"],
  expired: ["Expired", "bg-muted"],
  dead: ["Dead letter", "bg-late"],
  withdrawn: ["Withdrawn", "bg-muted"],
  address: ["Address put right", "bg-accent"],
  redriven: ["Redriven", "bg-accent"],
  received: ["Received", "bg-accepted"],
};

const PROVIDERS = { outbox: "The outbox", twilio: "Twilio", smtp: "The mail server" } as const;

/** The display name of a transport. */
export function providerName(transport: Provider["transport"]): string {
  return PROVIDERS[transport];
}

/** The sum of these counts; each is counted up to 10,000. */
export function countText(counts: readonly number[]): string {
  const sum = counts.reduce((total, count) => total + count, 0);
  return `${sum.toLocaleString("en")}${counts.some((count) => count >= MAX_COUNTED) ? "+" : ""}`;
}

/** How long dead letters are kept: "30 days", "12 hours". */
export function keptText(seconds: number): string {
  const units = [
    [86_400, "day"],
    [3_600, "hour"],
    [60, "minute"],
    [1, "second"],
  ] as const;
  const [length, unit] = units.find(([of]) => seconds % of === 0)!;
  return counted(seconds / length, unit);
}

/** The other person of a message: the user of the desk, else the number or the address, else the caller's id of the customer. */
export function whoText({
  customerName,
  customerId,
  direction,
  spacedFrom,
  spacedTo,
}: Pick<ShownMessage, "customerName" | "customerId" | "direction" | "spacedFrom" | "spacedTo">): string {
  return customerName ?? (direction === "in" ? spacedFrom : spacedTo) ?? `customer ${customerId}`;
}

/** "SMS, GSM-7, 1 segment"; for an e-mail only its kind. */
export function kindText({
  channel,
  encoding,
  segments,
}: Pick<ShownMessage, "channel" | "encoding" | "segments">): string {
  const parts = [
    channel === "sms" ? "SMS" : "e-mail",
    encoding,
    segments === null ? null : counted(segments, "segment"),
  ];
  return parts.filter((part) => part !== null).join(", ");
}

/** The number of parts of a text, and the reason for an unexpected price. */
export function segmentsText(text: string): string {
  const { encoding, segments, unitsLeft, forcedBy } = segmentsOf(text);
  if (segments === 0) return "Nothing is written yet.";
  const because = encoding === "UCS-2" ? `, because of ${charactersText(forcedBy)}` : "";
  return `${counted(segments, "segment")} of ${encoding}${because}; ${unitsLeft} left in ${segments === 1 ? "it" : "the last"}.`;
}

const INVISIBLE = /^[\p{Default_Ignorable_Code_Point}\p{Zs}\p{Cc}]$/u;

/** The first of these characters that can be seen; one that was pasted unseen is at least mentioned. */
function charactersText(characters: readonly string[]): string {
  const seen = characters.filter((one) => !INVISIBLE.test(one));
  if (seen.length === 0) return "an invisible character";
  return `${seen.slice(0, 5).join(" ")}${seen.length > 5 ? " …" : ""}`;
}
