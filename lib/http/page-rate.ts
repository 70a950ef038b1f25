import { monotonic } from "#lib/time/clock";
import { Recent } from "#lib/base/recent";
import { clientAddress } from "#lib/http/address";
import { signedSessionToken } from "#lib/identity/session-cookie";

const WINDOW_MS = 60_000;
/**
 * Maximum pages per minute. A page that a person opens also preloads the pages of its links; a whole office may share one
 * address.
 */
const MAX = { session: 600, address: 300 };

/** The page of the API lists every operation and costs as much as ten others. */
const WEIGHTS: Record<string, number> = { "/docs": 10 };

type Window = { count: number; until: number };
const windows = new Recent<Window>();

/**
 * Counts the page at `path` for a session, or for an address when nobody is signed in, within the current minute of this process.
 * A page costs a hundred times as much as a refusal, and asks the database before it knows its reader. Returns the milliseconds
 * to wait when there were too many, else null.
 */
export function pageWait(path: string, headers: Headers): number | null {
  const session = signedSessionToken(headers);
  const address = clientAddress(headers);
  // Without an address all readers would count as one.
  if (session === null && address === "unknown") return null;
  const name = session === null ? `address ${address}` : `session ${session}`;
  const now = monotonic();
  const open = windows.get(name);
  const window = open && open.until > now ? open : { count: 0, until: now + WINDOW_MS };
  windows.set(name, window);
  window.count += WEIGHTS[path] ?? 1;
  return window.count > (session === null ? MAX.address : MAX.session) ? window.until - now : null;
}
