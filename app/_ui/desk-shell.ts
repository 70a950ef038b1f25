/**
 * The page of the desk and what it showed last, kept in this browser so that it opens while Ringback cannot be reached.
 * public/desk-worker.js serves the page; what was shown is read by the page itself.
 */

const CACHE = "ringback desk";
const MARK = "/desk-shell/mark";
const SEEN = "/desk-shell/seen";
/** So long after it was last opened with a connection the desk opens without one. */
const SHIFT_MS = 12 * 60 * 60_000;
const FILES = /\/_next\/static\/[\w./~-]+\.(?:js|css|woff2)/g;

/** `until` by the machine's clock, which a worker reads as well: the server's is not there when it matters. */
type Mark = { accountId: string; until: number };

/**
 * Keeps the page of this person, and every file that it has loaded so far. Asks the server for the page when the kept one is
 * of another person or build. Does nothing where a browser has no service worker, as without TLS.
 */
export async function keepShell(accountId: string): Promise<void> {
  if (!("serviceWorker" in navigator) || globalThis.caches === undefined) return;
  // A browser that is kept from having workers may answer with nothing.
  if (!(await navigator.serviceWorker.register("/desk-worker.js"))) return;
  const cache = await caches.open(CACHE);
  const loaded = performance.getEntriesByType("resource").flatMap(({ name }) => name.match(FILES) ?? []);
  const kept = (await cache.keys()).map(({ url }) => new URL(url).pathname);
  const before = await readMark(cache);
  const filesBefore: readonly string[] = (await (await cache.match("/desk"))?.text())?.match(FILES) ?? [];
  let files: readonly string[] = filesBefore;
  if (before?.accountId !== accountId || !loaded.every((file) => kept.includes(file))) {
    const fresh = await fetch("/desk");
    if (!fresh.ok || fresh.redirected) return;
    files = (await fresh.clone().text()).match(FILES) ?? [];
    if (before?.accountId !== accountId) await cache.delete(SEEN);
    await cache.put("/desk", fresh);
  }
  const wanted = new Set([...files, ...loaded]);
  await cache.addAll([...wanted].filter((file) => !kept.includes(file)));
  // Last, so that what it stands for is all there.
  const mark: Mark = { accountId, until: machineNow() + SHIFT_MS };
  await cache.put(MARK, Response.json(mark));
  // A page of the build before may still be open.
  const over = kept.filter((file) => file.startsWith("/_next/") && !wanted.has(file) && !filesBefore.includes(file));
  await Promise.all(over.map((file) => cache.delete(file)));
}

/** What the desk showed last, and when the server said so, by the machine's clock. */
type Seen<S> = { seen: S; at: number };

/** Keeps what the desk shows, beside its page and as long as that: nothing where no page of this person is kept. */
export async function keepSeen(accountId: string, seen: unknown, at: number): Promise<void> {
  const cache = await openOf(accountId);
  await cache?.put(SEEN, Response.json({ seen, at } satisfies Seen<unknown>));
}

/** What `keepSeen` kept last for this person, within the shift; null when there is nothing. */
export async function readSeen<S>(accountId: string): Promise<Seen<S> | null> {
  const cache = await openOf(accountId);
  return ((await (await cache?.match(SEEN))?.json()) as Seen<S> | undefined) ?? null;
}

/** The cache, where it holds the page of this person and their shift is not over. */
async function openOf(accountId: string): Promise<Cache | null> {
  if (!(await globalThis.caches?.has(CACHE))) return null;
  const cache = await caches.open(CACHE);
  const mark = await readMark(cache);
  return mark?.accountId === accountId && machineNow() < mark.until ? cache : null;
}

/** Keeps nothing any more: the person has signed out, or another has signed in. */
export async function forgetShell(): Promise<void> {
  await globalThis.caches?.delete(CACHE);
}

/** The same, unless the page that is kept belongs to `accountId`. */
export async function forgetShellOfOthers(accountId: string | null): Promise<void> {
  if (!(await globalThis.caches?.has(CACHE))) return;
  const mark = await readMark(await caches.open(CACHE));
  if (mark?.accountId !== accountId) await forgetShell();
}

async function readMark(cache: Cache): Promise<Mark | undefined> {
  return (await (await cache.match(MARK))?.json()) as Mark | undefined;
}

const machineNow = () => performance.timeOrigin + performance.now();
