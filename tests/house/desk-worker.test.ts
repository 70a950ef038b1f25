/** The service worker of the desk, run with a browser's globals made by the test. */
import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";

const SOURCE = readFileSync("public/desk-worker.js", "utf8");
const ORIGIN = "https://ringback.example";
const NOW = Date.parse("2026-03-02T12:00:00Z");
const HOUR_MS = 3_600_000;

type Asked = { method?: string; mode?: string; destination?: string; url: string };
type Kept = Record<string, Response>;

/**
 * The answer of the service worker to a request; null: it leaves the request to the browser. `network`: the answer of the server;
 * without it the server is away.
 */
async function answer(asked: Asked, kept: Kept = {}, network?: Response): Promise<string | null> {
  return (await respond(asked, kept, network))?.text() ?? null;
}

async function respond(
  { method = "GET", mode = "cors", destination = "", url }: Asked,
  kept: Kept,
  network?: Response,
): Promise<Response | null> {
  const listeners: Record<string, (event: unknown) => void> = {};
  const asked: string[] = [];
  runInNewContext(SOURCE, {
    addEventListener: (name: string, listener: (event: unknown) => void) => (listeners[name] = listener),
    location: { origin: ORIGIN },
    performance: { timeOrigin: NOW, now: () => 0 },
    URL,
    Response,
    clients: {},
    caches: {
      match: async (address: string, { cacheName }: { cacheName: string }) =>
        cacheName === "ringback desk" ? kept[address.replace(ORIGIN, "")]?.clone() : undefined,
      open: async () => ({
        put: async (address: string, response: Response) => Object.assign(kept, { [address]: response }),
      }),
      delete: async () => {
        for (const address of Object.keys(kept)) delete kept[address];
      },
    },
    fetch: async (request: Asked | string) => {
      asked.push(typeof request === "string" ? request : request.url);
      if (!network) throw new TypeError("Failed to fetch");
      return network;
    },
  });
  const given: { response: Promise<Response> | null; rest: Promise<unknown>[] } = { response: null, rest: [] };
  listeners.fetch?.({
    request: { method, mode, destination, url: new URL(url, ORIGIN).href },
    respondWith: (response: Promise<Response>) => (given.response = response),
    waitUntil: (rest: Promise<unknown>) => given.rest.push(rest),
  });
  await Promise.all(given.rest);
  return given.response;
}

const mark = (until: number) => Response.json({ accountId: "ann", until });
const page = () => new Response("ann's desk");

test.each<[string, Asked]>([
  ["the API", { url: "/api/users/7/story" }],
  ["a write", { url: "/desk", method: "POST", mode: "navigate" }],
  ["another page", { url: "/wallboard", mode: "navigate" }],
  ["a script's request for the desk", { url: "/desk" }],
  ["another server", { url: "https://elsewhere.example/desk", mode: "navigate" }],
  ["a file of another server", { url: "https://elsewhere.example/_next/static/a.js" }],
])("the worker leaves %s to the browser, with anything kept", async (_, asked) => {
  expect(await answer(asked, { "/desk": page(), "/desk-shell/mark": mark(NOW + HOUR_MS) })).toBeNull();
});

test("the script of a worker is answered without an address of its own, so that the worker keeps the one it was begun with", async () => {
  const url = "/_next/static/chunks/reader.js";
  const fromServer = Object.defineProperty(
    new Response("work", { headers: { "content-type": "text/javascript" } }),
    "url",
    {
      value: `${ORIGIN}${url}`,
    },
  );
  const given = await respond({ url: `${url}#params=a`, destination: "worker" }, {}, fromServer);
  expect([given?.url, await given?.text(), given?.headers.get("content-type")]).toEqual([
    "",
    "work",
    "text/javascript",
  ]);
});

test("the server's desk comes first, and a stored one only while the server is away, within the shift of the signed-in person", async () => {
  const desk = { url: "/desk", mode: "navigate" };
  const kept = { "/desk": page(), "/desk-shell/mark": mark(NOW + 1) };
  expect(await answer(desk, kept, new Response("sign in"))).toBe("sign in");
  expect(await answer(desk, kept)).toBe("ann's desk");
  const closed = /only during the shift of who signed in here/;
  expect(await answer(desk, { ...kept, "/desk-shell/mark": mark(NOW) })).toMatch(closed);
  expect(await answer(desk, { "/desk": page() })).toMatch(closed);
  expect(await answer(desk)).toMatch(closed);
});

test("after the shift, or once the clock was set back, the kept desk is deleted with its names and numbers when any page is opened", async () => {
  const ofAnn = (until: number, used?: number): Kept => ({
    "/desk": page(),
    "/desk-shell/seen": new Response("names and numbers"),
    "/desk-shell/mark": mark(until),
    ...(used !== undefined && { "/desk-shell/used": Response.json(used) }),
  });
  for (const url of ["/desk", "/sign-in"]) {
    const [over, setBack] = [ofAnn(NOW), ofAnn(NOW + HOUR_MS, NOW + HOUR_MS / 2)];
    for (const kept of [over, setBack]) {
      await answer({ url, mode: "navigate" }, kept);
      expect(kept).toEqual({});
    }
  }
  const within = ofAnn(NOW + HOUR_MS);
  for (const url of ["/sign-in", "/desk"]) await answer({ url, mode: "navigate" }, within);
  // Opened without a connection, it was used now: an earlier clock does not open it again. One that is corrected by a minute does.
  expect(await within["/desk-shell/used"]?.clone().json()).toBe(NOW);
  const corrected = ofAnn(NOW + HOUR_MS, NOW + 60_000);
  expect(await answer({ url: "/desk", mode: "navigate" }, corrected)).toBe("ann's desk");
});

test("the worker gives the last data of the desk to nobody: only the page of its person reads it", async () => {
  const kept = { "/desk-shell/seen": new Response("names"), "/desk-shell/mark": mark(NOW + HOUR_MS) };
  for (const mode of ["navigate", "cors"]) expect(await answer({ url: "/desk-shell/seen", mode }, kept)).toBeNull();
});
