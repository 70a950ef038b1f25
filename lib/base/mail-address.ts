import { z } from "zod";

/**
 * One or more parts between dots, of the characters that the standard allows without quotes (RFC 5322: `o'neill`, `r&d`, `a=b`).
 */
const NAME = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i;
/** The longest name before the @ that mail servers take (RFC 5321). */
const MAX_NAME = 64;
const MAX_LENGTH = 254;
/** A part of a domain that is longer than any name server takes (RFC 1035). */
const LONG_LABEL = /(?:^|\.)[^.]{64,}(?:\.|$)/;

const withUsualName = z.email();

/** Whether this is an e-mail address to which any mail server can send: without quotes, and with its domain in ASCII. */
export function isMailAddress(address: string): boolean {
  const at = address.lastIndexOf("@");
  const [name, domain] = [address.slice(0, at), address.slice(at + 1)];
  return at > 0 && at <= MAX_NAME && address.length <= MAX_LENGTH && NAME.test(name) && isMailDomain(domain);
}

/** Whether this is the domain of an e-mail address, with a dot in it. */
export function isMailDomain(domain: string): boolean {
  return withUsualName.safeParse(`name@${domain}`).success && !LONG_LABEL.test(domain);
}
