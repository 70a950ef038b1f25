import { signatureOf } from "#lib/identity/signature";

/** A message as the log shows it: never its text or its address, only the end of the address and a fingerprint of each. */
export function inLog({ to, body }: { to: string; body: string }): { to: string; toHash: string; bodyHash: string } {
  return { to: `...${to.slice(-4)}`, toHash: fingerprintOf(to), bodyHash: fingerprintOf(body) };
}

/** A message as a trace shows it. */
export function tracedAs({ id, channel }: { id: string; channel: string }): Record<string, string> {
  return { "messaging.system": "ringback", "messaging.message.id": id, channel };
}

/** A fingerprint of an address or a text for the log: equal texts have equal ones, and without our secret nobody can find the text from it. */
function fingerprintOf(text: string): string {
  return signatureOf("fingerprint", text).slice(0, 12);
}
