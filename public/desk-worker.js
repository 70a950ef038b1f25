/**
 * Opens the desk while Ringback cannot be reached, out of what the page has kept (app/_ui/desk-shell.ts): the page of who is
 * signed in, and the scripts and styles of its build. It never touches the API or the queue of the browser. It is not
 * replaced while a page of an older build is open, which may hold what is not sent yet: a new one waits until all are closed.
 * How to switch it off stands in docs/operating.md.
 */
const CACHE = "ringback desk";
const MARK = "/desk-shell/mark";

addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate" && pathname === "/desk") event.respondWith(deskOf(request));
  else if (pathname.startsWith("/_next/static/")) event.respondWith(fileOf(request));
});

/** The server's page; when it cannot be reached, the kept one, within the shift of who was signed in. */
async function deskOf(request) {
  try {
    return await fetch(request);
  } catch {
    const mark = await kept(MARK).then((found) => found?.json());
    const now = performance.timeOrigin + performance.now();
    const page = mark && now < mark.until ? await kept("/desk") : undefined;
    return page ?? new Response(CLOSED, { status: 503, headers: { "content-type": "text/html; charset=utf-8" } });
  }
}

/** A file of a build never changes, so a kept one is as good as the server's. */
async function fileOf(request) {
  return (await kept(request.url)) ?? fetch(request);
}

/** What the page has kept under this address. It makes no cache where there is none, such as after a sign-out. */
function kept(address) {
  return caches.match(address, { cacheName: CACHE });
}

const CLOSED = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Ringback</title>
<h1>Ringback cannot be reached</h1>
<p>The desk opens without a connection only during the shift of who signed in here. What is not sent yet is kept in this
browser and goes out when its owner signs in again. Check the connection, then reload this page.</p>`;
