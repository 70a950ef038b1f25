import { isIP } from "node:net";
import { OutboundError } from "#lib/outbound/error";

/** The fields of a request that decide where it may go. */
export type Destination = Readonly<{
  url: string;
  /** Exact names (`api.example.com`), or names below one (`*.example.com`), each with its port unless that is 443. */
  allow: readonly string[];
  /**
   * Exact `host:port` of one's own servers, in tests and development: these may be without TLS, an IP literal and at an address
   * that is not public. They must be in `allow` as well.
   */
  insecure?: readonly string[] | undefined;
}>;

export type Target = Readonly<{ url: URL; insecure: boolean }>;

/** A pattern of fewer than two labels would permit a whole top-level domain. */
const SUFFIX = /^\*(\.[a-z0-9-]+){2,}(:\d+)?$/;

/** The parser forgives spaces, tabs, backslashes and a scheme in capitals; an honest address has none of them. */
const PLAIN = /^[a-z]+:\/\/[^\s\p{Cc}\\#@/?]+([/?][^\s\p{Cc}\\#]*)?$/u;

/** The schemes of a request and of a socket, which is often written like a request. */
const SCHEMES = { https: /^https?:$/, wss: /^(ws|http)s?:$/ };

/** The URL of a request, or an OutboundError `not_allowed`. The URL is judged after it is normalised. */
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

/** Parses an address that is plainly written and has that scheme, with or without TLS; null for everything else. */
export function readPlain(written: string, scheme: keyof typeof SCHEMES): URL | null {
  const url = PLAIN.test(written) ? URL.parse(written) : null;
  return url && SCHEMES[scheme].test(url.protocol) ? url : null;
}

/** Whether the connection uses TLS. */
export function isSealed({ protocol }: URL): boolean {
  return protocol === "https:" || protocol === "wss:";
}

/** The URL parser has turned every spelling of an IPv4 address into four decimal numbers by now. */
export function isLiteral({ hostname }: URL): boolean {
  return hostname.startsWith("[") || isIP(hostname) !== 0;
}

/** Whether `insecure` names this server, host and port. */
export function isNamedInsecure({ hostname, port }: URL, insecure: Destination["insecure"] = []): boolean {
  return insecure.includes(`${hostname}:${port}`);
}

/** Whether `allow` names the host. `host` carries every port but 443, so another port must be in the list. */
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
