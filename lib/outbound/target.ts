import { isIP } from "node:net";
import { OutboundError } from "#lib/outbound/error";

/** What of a request decides where it may go. */
export type Destination = Readonly<{
  url: string;
  /** Exact names (`api.example.com`), names below one (`*.example.com`), either with a port other than 443. */
  allow: readonly string[];
  /**
   * Exact `host:port` of servers of one's own, in tests and development: these may be http, an IP literal and at an
   * address that is not public. They must be in `allow` as well.
   */
  insecure?: readonly string[] | undefined;
}>;

export type Target = Readonly<{ url: URL; insecure: boolean }>;

/** A pattern of less than two labels would let in a whole top-level domain. */
const SUFFIX = /^\*(\.[a-z0-9-]+){2,}(:\d+)?$/;

/** The parser forgives spaces, tabs, backslashes and other cases of the scheme; who writes them has something in mind. */
const PLAIN = /^https?:\/\/[^\s\\#@/?]+([/?][^\s\\#]*)?$/;

/** Where the request goes, or an OutboundError `not_allowed`. What the URL means is decided after normalising it. */
export function checkTarget({ url: written, allow, insecure = [] }: Destination): Target {
  const url = PLAIN.test(written) ? URL.parse(written) : null;
  if (!url) throw refused("That is not an address of the form https://host/path, without user, password or fragment.");
  const isInsecure = insecure.includes(`${url.hostname}:${url.port}`);
  if (!isInsecure && url.protocol !== "https:") throw refused("Only https addresses may be called.");
  if (!isInsecure && isLiteral(url.hostname)) throw refused("A service is called by its name, not by an IP address.");
  // `host` carries every port but 443, so another port has to be in the list.
  if (!allow.some((pattern) => matches(url.host, pattern))) {
    throw refused(`${url.host} is not among the hosts that this request may go to.`);
  }
  return { url, insecure: isInsecure };
}

/** The URL parser has turned every spelling of an IPv4 address into four decimal numbers by now. */
function isLiteral(hostname: string): boolean {
  return hostname.startsWith("[") || isIP(hostname) !== 0;
}

function matches(host: string, pattern: string): boolean {
  if (!pattern.startsWith("*")) return host === pattern;
  return SUFFIX.test(pattern) && host.endsWith(pattern.slice(1)) && host.length >= pattern.length;
}

function refused(sentence: string): OutboundError {
  return new OutboundError("not_allowed", sentence);
}
