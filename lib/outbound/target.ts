import { isIP } from "node:net";
import { OutboundError } from "#lib/outbound/error";

/** What of a request decides where it may go. */
export type Destination = Readonly<{
  url: string;
  /** Exact names (`api.example.com`), names below one (`*.example.com`), either with a port other than 443. */
  allow: readonly string[];
  /**
   * Exact `host:port` of servers of one's own, in tests and development: these may be unsealed, an IP literal and at an
   * address that is not public. They must be in `allow` as well.
   */
  insecure?: readonly string[] | undefined;
}>;

export type Target = Readonly<{ url: URL; insecure: boolean }>;

/** A pattern of less than two labels would let in a whole top-level domain. */
const SUFFIX = /^\*(\.[a-z0-9-]+){2,}(:\d+)?$/;

/** The parser forgives spaces, tabs, backslashes and a scheme in capitals; who writes them has something in mind. */
const PLAIN = /^[a-z]+:\/\/[^\s\p{Cc}\\#@/?]+([/?][^\s\p{Cc}\\#]*)?$/u;

/** The scheme of a request and that of a socket, which many write as they write a request. */
const SCHEMES = { https: /^https?:$/, wss: /^(ws|http)s?:$/ };

/** Where the request goes, or an OutboundError `not_allowed`. What the URL means is decided after normalising it. */
export function checkTarget({ url: written, allow, insecure }: Destination, scheme: keyof typeof SCHEMES): Target {
  const url = readPlain(written, scheme);
  if (!url) {
    throw refused(`That is not an address of the form ${scheme}://host/path, without user, password or fragment.`);
  }
  const isInsecure = isNamedInsecure(url, insecure);
  if (!isInsecure && !isSealed(url)) throw refused(`Only ${scheme} addresses may be called.`);
  if (!isInsecure && isLiteral(url)) throw refused("A service is called by its name, not by an IP address.");
  if (!isListed(url, allow)) throw refused(`${url.host} is not among the hosts that this request may go to.`);
  return { url, insecure: isInsecure };
}

/** What is plainly written as an address of that scheme, sealed or not; null for everything else. */
export function readPlain(written: string, scheme: keyof typeof SCHEMES): URL | null {
  const url = PLAIN.test(written) ? URL.parse(written) : null;
  return url && SCHEMES[scheme].test(url.protocol) ? url : null;
}

/** Whether everything goes by TLS. */
export function isSealed({ protocol }: URL): boolean {
  return protocol === "https:" || protocol === "wss:";
}

/** The URL parser has turned every spelling of an IPv4 address into four decimal numbers by now. */
export function isLiteral({ hostname }: URL): boolean {
  return hostname.startsWith("[") || isIP(hostname) !== 0;
}

/** Whether this is one of the servers of one's own that `insecure` names, host and port. */
export function isNamedInsecure({ hostname, port }: URL, insecure: Destination["insecure"] = []): boolean {
  return insecure.includes(`${hostname}:${port}`);
}

/** Whether `allow` names the host. `host` carries every port but 443, so another port has to be in the list. */
export function isListed({ host }: URL, allow: readonly string[]): boolean {
  return allow.some((pattern) => matches(host, pattern));
}

function matches(host: string, pattern: string): boolean {
  if (!pattern.startsWith("*")) return host === pattern;
  return SUFFIX.test(pattern) && host.endsWith(pattern.slice(1)) && host.length >= pattern.length;
}

function refused(sentence: string): OutboundError {
  return new OutboundError("not_allowed", sentence);
}
