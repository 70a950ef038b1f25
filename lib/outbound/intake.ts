import { type Destination, isListed, isLiteral, isNamedInsecure, isSealed, readPlain } from "#lib/outbound/target";

/** Long enough for a session and its token; a row stays small. */
const MAX_CHARACTERS = 2_048;

/** At least two labels in the letters of DNS, as written: no number, no other alphabet, no dot at the end. */
const NAME = /^[a-z]+:\/\/([a-z0-9_-]+\.)+[a-z0-9-]+(:\d+)?([/?]|$)/i;

/** Names whose meaning depends on the resolver, or that are private. */
const INSIDE = /\.(localhost|internal|local)$/;

/** A name in another alphabet, which can make one host look like another. */
const PUNYCODE = /(^|\.)xn--/;

/**
 * Why this address of a socket is refused in a request, as a sentence for the caller without any part of the address; null when
 * it may be stored. A stored address may still not be dialled: a host outside `allow` is never called, and everything is checked
 * again before each call. No name is resolved here.
 */
export function refusalAtIntake({ url: written, allow, insecure }: Destination): string | null {
  if (written.length > MAX_CHARACTERS) return `An address has at most ${MAX_CHARACTERS} characters.`;
  const url = readPlain(written, "wss");
  if (!url) return "That is not an address of the form wss://host/path, without user, password or fragment.";
  if (isNamedInsecure(url, insecure)) return null;
  if (!isSealed(url)) return "An address begins with wss:// or https://.";
  if (isLiteral(url)) return "A host is given by its name, not by an IP address.";
  if (!NAME.test(written)) return "A host is given by its full name in letters, digits and hyphens.";
  if (INSIDE.test(url.hostname)) return "This host's name means something only inside a network.";
  if (isListed(url, allow)) return null;
  if (PUNYCODE.test(url.hostname)) return "A name in another alphabet is not accepted.";
  return url.port ? "A port other than 443 is not accepted." : null;
}
