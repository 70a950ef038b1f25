import { Recent } from "#lib/base/recent";
import { tooMany } from "#lib/database/rate-limit";
import { clientAddress } from "#lib/http/address";
import { MAX_BYTES } from "#lib/http/request-input";
import { monotonic } from "#lib/time/clock";

/**
 * A signature can be checked only when the whole body was read, and a megabyte takes as long to read as many polls of a desk. So an
 * address may send this many bytes a minute that nobody signed; after that its large bodies are refused unread. Small ones are not:
 * they cost little, and a sender behind the same address is heard.
 */
const MAX_UNSIGNED_BYTES = 8 * 1_048_576;
const WINDOW_MS = 60_000;

/** By address; each instance counts what it has read itself. */
const unsigned = new Recent<{ bytes: number; until: number }>();

/**
 * Refuses `too_many_requests`, before it is read, a large body from an address that has sent too much without a valid signature.
 */
export function mustNotFloodUnsigned({ headers }: Request): void {
  const sent = sentBy(clientAddress(headers));
  const length = Number(headers.get("content-length") ?? Infinity);
  if (sent.bytes >= MAX_UNSIGNED_BYTES && length > MAX_BYTES.stranger) throw tooMany(sent.until - monotonic());
}

/** Counts a body that was read and had no valid signature. */
export function countUnsigned({ headers }: Request, bytes: number): void {
  const address = clientAddress(headers);
  const sent = sentBy(address);
  unsigned.set(address, { ...sent, bytes: sent.bytes + bytes });
}

function sentBy(address: string): { bytes: number; until: number } {
  const sent = unsigned.get(address);
  return sent && sent.until > monotonic() ? sent : { bytes: 0, until: monotonic() + WINDOW_MS };
}
