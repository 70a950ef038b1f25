import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { instrumentServer } from "#lib/http/instrument-server";
import { GET as health } from "../../app/api/health/route.ts";
import { got } from "./call.ts";

instrumentServer();

/** A server as Next begins one, with the health of this process behind it. */
async function healthAfter(headers: Record<string, string>): Promise<string[]> {
  let seen: IncomingMessage | undefined;
  const server = createServer((request, response) => {
    seen = request;
    response.end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { headers });
  server.close();
  expect(seen).toBeDefined();
  const answer = await got(
    await health(new Request("http://localhost:3000/api/health"), { params: Promise.resolve({}) }),
  );
  return answer.body.notes as string[];
}

test("health reports requests through a proxy while none is trusted, and names the setting", async () => {
  expect((await healthAfter({})).join()).not.toContain("TRUSTED_PROXIES");
  expect((await healthAfter({ "x-forwarded-for": "203.0.113.9" })).join()).toMatch(
    /X-Forwarded-For and no proxy is trusted.*set TRUSTED_PROXIES/,
  );
});
