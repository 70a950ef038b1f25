/**
 * Opens the desk while Ringback cannot be reached, from the files that the page has stored (app/_ui/desk-shell.ts): the page of the
 * signed-in person, and the scripts and styles of its build. It never touches the API or the queue of the browser. It is not
 * replaced while a page of an older build is open, which may hold unsent actions: a new worker waits until all are closed.
 * docs/operating.md says how to switch it off.
 */
const CACHE = "ringback desk";
const MARK = "/desk-shell/mark";
const USED = "/desk-shell/used";
/** By how much the machine's clock may be corrected while the desk is kept; app/_ui/desk-shell.ts has the same. */
const CORRECTION_MS = 5 * 60_000;

addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") event.waitUntil(isWithinShift());
  if (request.mode === "navigate" && pathname === "/desk") event.respondWith(deskOf(request));
  else if (pathname.startsWith("/_next/static/")) event.respondWith(fileOf(request));
});

/** The server's page; when it cannot be reached, the stored one, within the shift of the person who was signed in. */
async function deskOf(request) {
  try {
    return await fetch(request);
  } catch {
    const page = (await isWithinShift()) ? await kept("/desk") : undefined;
    if (page) await (await caches.open(CACHE)).put(USED, Response.json(machineNow()));
    return page ?? new Response(CLOSED, { status: 503, headers: { "content-type": "text/html; charset=utf-8" } });
  }
}

/**
 * Whether the kept desk may be opened now. After the shift everything that is kept is deleted, with its names and numbers; also
 * when the machine's clock stands before the last use, because a clock that was set back does not show how much is left.
 */
async function isWithinShift() {
  const [mark, used] = await Promise.all([MARK, USED].map((address) => kept(address).then((found) => found?.json())));
  if (!mark) return false;
  const isWithin = machineNow() < mark.until && machineNow() > (used ?? 0) - CORRECTION_MS;
  if (!isWithin) await caches.delete(CACHE);
  return isWithin;
}

const machineNow = () => performance.timeOrigin + performance.now();

/**
 * A file of a build never changes, so a kept one is as good as the server's. The script of a worker is answered without an address of its
 * own: the worker would take that for its address, and lose what stands behind the # in the address it was begun with.
 */
async function fileOf(request) {
  const file = (await kept(request.url)) ?? (await fetch(request));
  return request.destination === "worker" ? new Response(file.body, file) : file;
}

/** The answer that the page has stored under this address. It creates no cache where there is none, such as after a sign-out. */
function kept(address) {
  return caches.match(address, { cacheName: CACHE });
}

const CLOSED = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Ringback</title>
<h1>Ringback cannot be reached</h1>
<p>The desk opens without a connection only during the shift of who signed in here. What is not sent yet is kept in this
browser and goes out when its owner signs in again. Check the connection, then reload this page.</p>`;
