import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { expectConsole } from "#tests/setup/console";
import { fireCrons } from "../../scripts/crons.ts";

const EVERY_SECOND = "* * * * * *";
let server: Server;
let origin: string;
let asked: IncomingMessage[];
let answer: (response: ServerResponse) => void;

beforeEach(async () => {
  asked = [];
  answer = (response) => response.end();
  server = createServer((request, response) => {
    asked.push(request);
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

test("each cron is called at once with the secret, and then on its schedule", async () => {
  const stop = fireCrons([{ path: "/api/cron/a", schedule: EVERY_SECOND }], origin, "the-secret");
  await vi.waitFor(() => expect(asked.length).toBeGreaterThanOrEqual(2), 60_000);
  await stop();
  expect(asked[0]).toMatchObject({ method: "GET", url: "/api/cron/a" });
  expect(asked[0]?.headers.authorization).toBe("Bearer the-secret");
});

test("a cron that is still under way is not called a second time; the others are", async () => {
  const pending: ServerResponse[] = [];
  answer = (response) => (asked.at(-1)?.url === "/slow" ? pending.push(response) : response.end());
  const crons = ["/slow", "/quick"].map((path) => ({ path, schedule: EVERY_SECOND }));
  const stop = fireCrons(crons, origin, "the-secret");
  await vi.waitFor(() => expect(asked.filter(({ url }) => url === "/quick").length).toBeGreaterThanOrEqual(3), 60_000);
  expect(asked.filter(({ url }) => url === "/slow")).toHaveLength(1);
  await stop();
});

test("a failed call is one line, and the next one comes all the same", async () => {
  expectConsole(/^cron \/a: 503 \{"code": "unavailable"\}$/);
  const lines = vi.spyOn(console, "error");
  answer = (response) => response.writeHead(503).end('{"code":\n"unavailable"}');
  const stop = fireCrons([{ path: "/a", schedule: EVERY_SECOND }], origin, "the-secret");
  await vi.waitFor(() => expect(asked.length).toBeGreaterThanOrEqual(2), 60_000);
  await vi.waitFor(() => expect(lines).toHaveBeenCalled(), 60_000);
  await stop();
});
