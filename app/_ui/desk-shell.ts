/**
 * The page of the desk and its last data, stored in this browser so that it opens while Ringback cannot be reached.
 * public/desk-worker.js serves the page; the page itself reads the data.
 */

const CACHE = "ringback desk";
const MARK = "/desk-shell/mark";
const SEEN = "/desk-shell/seen";
const USED = "/desk-shell/used";
/** For how long after its last opening with a connection the desk opens without one. */
const SHIFT_MS = 12 * 60 * 60_000;
const FILES = /\/_next\/static\/[\w./~-]+\.(?:js|css|woff2)/g;

/** The files that a page refers to, except those for browsers without modules, which have no service workers either. */
const filesOf = (page: string): readonly string[] =>
  page.replaceAll(/<script[^>]* nomodule=""[^>]*>/gi, "").match(FILES) ?? [];

/** By how much the machine's clock may be corrected while the desk is kept; public/desk-worker.js has the same. */
const CORRECTION_MS = 5 * 60_000;

/** `until` by the machine's clock, which the worker reads as well: the server's clock is missing when it matters. */
type Mark = { accountId: string; until: number };

/**
 * Stores the page of this person, and every file that it has loaded once `loadRest` is done, also those that its workers loaded, whose
 * addresses `loadRest` returns. Requests the page from the server when
 * the stored one is of another person or build. Loads and stores nothing in a browser without service workers, such as one
 * without TLS.
 */
export async function keepShell(accountId: string, loadRest: () => Promise<readonly string[]>): Promise<void> {
  if (!("serviceWorker" in navigator) || globalThis.caches === undefined) return;
  // A browser whose service workers are blocked may return undefined.
  if (!(await navigator.serviceWorker.register("/desk-worker.js"))) return;
  const elsewhere = await loadRest();
  const cache = await caches.open(CACHE);
  const addresses = [...performance.getEntriesByType("resource").map(({ name }) => name), ...elsewhere];
  const loaded = addresses.flatMap((address) => address.match(FILES) ?? []);
  const kept = (await cache.keys()).map(({ url }) => new URL(url).pathname);
  const before = await readMark(cache);
  const filesBefore = filesOf((await (await cache.match("/desk"))?.text()) ?? "");
  let files = filesBefore;
  if (before?.accountId !== accountId || !loaded.every((file) => kept.includes(file))) {
    const fresh = await fetch("/desk");
    if (!fresh.ok || fresh.redirected) return;
    files = filesOf(await fresh.clone().text());
    if (before?.accountId !== accountId) await cache.delete(SEEN);
    await cache.put("/desk", fresh);
  }
  const wanted = new Set([...files, ...loaded]);
  await cache.addAll([...wanted].filter((file) => !kept.includes(file)));
  // Stored last, so that everything it stands for exists.
  const mark: Mark = { accountId, until: machineNow() + SHIFT_MS };
  await cache.put(USED, Response.json(machineNow()));
  await cache.put(MARK, Response.json(mark));
  // Parts that only an earlier page of the same build has opened stay.
  if (files.join() === filesBefore.join()) return;
  // A page of the previous build may still be open.
  const over = kept.filter((file) => file.startsWith("/_next/") && !wanted.has(file) && !filesBefore.includes(file));
  await Promise.all(over.map((file) => cache.delete(file)));
}

/** The last data of the desk, and when the server sent it, by the machine's clock. */
type Seen<S> = { seen: S; at: number };

/** Stores the data of the desk, beside its page and for as long; does nothing when no page of this person is stored. */
export async function keepSeen(accountId: string, seen: unknown, at: number): Promise<void> {
  const cache = await openOf(accountId);
  await cache?.put(SEEN, Response.json({ seen, at } satisfies Seen<unknown>));
  await cache?.put(USED, Response.json(machineNow()));
}

/** The data that `keepSeen` stored last for this person, within the shift; null without any. */
export async function readSeen<S>(accountId: string): Promise<Seen<S> | null> {
  const cache = await openOf(accountId);
  return ((await (await cache?.match(SEEN))?.json()) as Seen<S> | undefined) ?? null;
}

/** The cache, if it holds the page of this person and the shift is not over; a clock that was set back does not lengthen it. */
async function openOf(accountId: string): Promise<Cache | null> {
  if (!(await globalThis.caches?.has(CACHE))) return null;
  const cache = await caches.open(CACHE);
  const [mark, used] = [await readMark(cache), await (await cache.match(USED))?.json()];
  const isWithin = machineNow() < (mark?.until ?? 0) && machineNow() > (used ?? 0) - CORRECTION_MS;
  return mark?.accountId === accountId && isWithin ? cache : null;
}

/** Deletes the stored page and data, because the person has signed out or another has signed in. */
export async function forgetShell(): Promise<void> {
  await globalThis.caches?.delete(CACHE);
}

/** The same, unless the stored page belongs to `accountId`. */
export async function forgetShellOfOthers(accountId: string | null): Promise<void> {
  if (!(await globalThis.caches?.has(CACHE))) return;
  const mark = await readMark(await caches.open(CACHE));
  if (mark?.accountId !== accountId) await forgetShell();
}

async function readMark(cache: Cache): Promise<Mark | undefined> {
  return (await (await cache.match(MARK))?.json()) as Mark | undefined;
}

const machineNow = () => performance.timeOrigin + performance.now();
