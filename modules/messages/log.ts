import { signatureOf } from "#lib/identity/signature";

/** A message as the log shows it: never its text or its address, only the end of the address and a fingerprint of each. */
export function inLog({ to, body }: { to: string; body: string }): { to: string; toHash: string; bodyHash: string } {
  return { to: `...${to.slice(-4)}`, toHash: fingerprintOf(to), bodyHash: fingerprintOf(body) };
}

/** A message as a trace shows it. */
export function tracedAs({ id, channel }: { id: string; channel: string }): Record<string, string> {
  return { "messaging.system": "ringback", "messaging.message.id": id, channel };
}

/** How an address or a text is named in the log: the same for the same, and nothing that it can be found by without our secret. */
function fingerprintOf(text: string): string {
  return signatureOf("fingerprint", text).slice(0, 12);
}
