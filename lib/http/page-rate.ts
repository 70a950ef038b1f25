import { monotonic } from "#lib/clock";
import { clientAddress } from "#lib/http/address";
import { signedSessionToken } from "#lib/session-cookie";

const WINDOW_MS = 60_000;
/** A page that a person opens looks ahead at the pages of its links; behind one address may sit an office that signs in at nine. */
const MOST = { session: 600, address: 300 };
const MOST_REMEMBERED = 10_000;

type Window = { count: number; until: number };
const windows = new Map<string, Window>();

/**
 * Counts a page of a session, or of an address when nobody is signed in, within the current minute of this process. A
 * page costs a hundred times what a refusal costs, and asks the database before it knows who wants it. Returns how many
 * milliseconds to wait when there were too many, else null.
 */
export function pageWait(headers: Headers): number | null {
  const session = signedSessionToken(headers);
  const address = clientAddress(headers);
  // Without an address everybody would count as one.
  if (session === null && address === "unknown") return null;
  const name = session === null ? `address ${address}` : `session ${session}`;
  const now = monotonic();
  const open = windows.get(name);
  const window = open && open.until > now ? open : { count: 0, until: now + WINDOW_MS };
  if (windows.size >= MOST_REMEMBERED) windows.clear();
  windows.set(name, window);
  window.count += 1;
  return window.count > (session === null ? MOST.address : MOST.session) ? window.until - now : null;
}
