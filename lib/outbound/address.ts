import { lookup } from "node:dns/promises";
import { isIP, isIPv6, type LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import { unlessAborted } from "#lib/outbound/deadline";
import { OutboundError } from "#lib/outbound/error";
import type { Target } from "#lib/outbound/target";

/** Every address of a name. */
export type Resolve = (hostname: string) => Promise<string[]>;

/** How names are resolved, and which authority signed the certificates of a test's servers. */
export type OutboundTools = Readonly<{ resolve: Resolve; ca?: string }>;

/** As this machine resolves names, its hosts file included. */
export async function resolveHere(hostname: string): Promise<string[]> {
  return (await lookup(hostname, { all: true })).map(({ address }) => address);
}

/** Whether anybody in the internet would reach the same host at this address. What cannot be read is not public. */
export function isPublic(address: string): boolean {
  if (isIP(address) === 0 || !ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return false;
  // Only 2000::/3 has been given out; the rest, such as ::127.0.0.1, may be translated by somebody on the way.
  return parsed instanceof ipaddr.IPv4 || parsed.parts[0]! >> 13 === 1;
}

/**
 * The addresses the connection may go to, all of them checked; `address` when one is not public. One private address
 * among public ones refuses the name: whoever mixes them is trying something.
 */
export async function addressesOf({ url, insecure }: Target, resolve: Resolve, signal: AbortSignal): Promise<string[]> {
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  const found = isIP(hostname) ? [hostname] : await unlessAborted(resolved(hostname, resolve), signal);
  if (insecure) return found;
  if (found.every(isPublic)) return found;
  throw new OutboundError("address", `${hostname} has an address that is not public; no connection was opened.`);
}

/** Answers the connection's question for an address with those that were checked, whatever the name says by now. */
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
