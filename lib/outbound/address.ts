import { lookup } from "node:dns/promises";
import { isIP, isIPv6, type LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import { unlessAborted } from "#lib/outbound/deadline";
import { OutboundError } from "#lib/outbound/error";
import type { Target } from "#lib/outbound/target";

/** Resolves all addresses of a name. */
export type Resolve = (hostname: string) => Promise<string[]>;

/** The resolution of names, and the authority behind the certificates of a test's servers. */
export type OutboundTools = Readonly<{ resolve: Resolve; ca?: string }>;

/** The address of a path below a base address. A path of the base stays, because an API may stand behind a gateway that has one. */
export function below(base: URL, path: string): URL {
  return new URL(`${base.href.replace(/\/+$/, "")}${path}`);
}

/** Resolves as this machine does, its hosts file included. */
export async function resolveHere(hostname: string): Promise<string[]> {
  return (await lookup(hostname, { all: true })).map(({ address }) => address);
}

/** Whether every host in the internet reaches the same host at this address. An unreadable address is not public. */
export function isPublic(address: string): boolean {
  if (isIP(address) === 0 || !ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return false;
  // Only 2000::/3 is assigned; a gateway on the way may translate other addresses, such as ::127.0.0.1.
  return parsed instanceof ipaddr.IPv4 || parsed.parts[0]! >> 13 === 1;
}

/**
 * The checked addresses of a connection; throws `address` when one is not public. One private address among public ones refuses
 * the name, because only an attack mixes them.
 */
export async function addressesOf({ url, insecure }: Target, resolve: Resolve, signal: AbortSignal): Promise<string[]> {
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  const found = isIP(hostname) ? [hostname] : await unlessAborted(resolved(hostname, resolve), signal);
  if (insecure) return found;
  if (found.every(isPublic)) return found;
  throw new OutboundError("address", `${hostname} has an address that is not public; no connection was opened.`);
}

/** Answers the connection's DNS lookup with the checked addresses, so that a new answer of DNS changes nothing. */
export function lookupIn(addresses: string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  return (_hostname, { all }, answer) => {
    if (all) answer(null, found);
    else answer(null, found[0]!.address, found[0]!.family);
  };
}

async function resolved(hostname: string, resolve: Resolve): Promise<string[]> {
  const found = await resolve(hostname).catch(() => []);
  if (found.length > 0) return found;
  throw new OutboundError("unreachable", `${hostname} has no address, or the name service did not answer.`);
}
