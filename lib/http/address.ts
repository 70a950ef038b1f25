import ipaddr from "ipaddr.js";

/** The header in which the server notes the address of the connection; it overwrites a header of this name from the client. */
export const ADDRESS_HEADER = "x-ringback-address";

/** The address whose limit an unknown caller counts against: an IPv4 address, or the /64 network of one IPv6 customer. */
export function clientAddress(headers: Headers): string {
  return networkOf(headers.get(ADDRESS_HEADER) ?? "");
}

/**
 * The address a request came from: that of the connection, or behind trusted proxies the one that the outermost of them noted.
 * Entries further left in the header come from the client and are not believed.
 */
export function trustedAddress(connection: string, forwardedFor: string | undefined, trustedProxies: number): string {
  const noted = (forwardedFor ?? "").split(",").map(withoutPort);
  return trustedProxies > 0 ? noted.at(-trustedProxies) || connection : connection;
}

/** Some proxies note the port as well, and then an IPv6 address in brackets. */
function withoutPort(noted: string): string {
  const bare = noted.trim().replace(/^"(.*)"$/, "$1");
  return bare.replace(/^\[(.+)\](?::[0-9]+)?$/, "$1").replace(/^([0-9.]+):[0-9]+$/, "$1");
}

/** One name for all spellings of an address. */
export function networkOf(text: string): string {
  if (!ipaddr.isValid(text)) return "unknown";
  const address = ipaddr.process(text);
  if (address.kind() === "ipv4") return address.toString();
  return `${address
    .toByteArray()
    .slice(0, 8)
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("")}/64`;
}
