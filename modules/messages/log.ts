import { fingerprintOf } from "#lib/outbound/message-access";

/** What the log says of a message: never its text or its address, only the end of the address and a fingerprint of each. */
export function inLog({ to, body }: { to: string; body: string }): { to: string; toHash: string; bodyHash: string } {
  return { to: `...${to.slice(-4)}`, toHash: fingerprintOf(to), bodyHash: fingerprintOf(body) };
}

/** What a trace says of a message. */
export function tracedAs({ id, channel }: { id: string; channel: string }): Record<string, string> {
  return { "messaging.system": "ringback", "messaging.message.id": id, channel };
}
