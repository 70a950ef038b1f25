import "../setup/database.ts";
import { createServer, request, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, expect, test } from "vitest";
import { instrumentServer } from "#lib/http/instrument-server";

// The request as Next would see it.
const server = createServer((seen, response) => {
  response.end(JSON.stringify({ method: seen.method, url: seen.url, marked: seen.headers["x-sent-method"] }));
});
await new Promise<void>((ready) => server.listen(0, ready));
afterAll(() => server.close());
instrumentServer();

async function seen(method: string, path: string, headers = {}): Promise<unknown> {
  const { port } = server.address() as AddressInfo;
  const response = await new Promise<IncomingMessage>((answered, failed) =>
    request({ port, method, path, headers }, answered).on("error", failed).end(),
  );
  let text = "";
  for await (const chunk of response) text += chunk;
  return JSON.parse(text);
}

test("a path that cannot be decoded means its percent signs, the query is left alone", async () => {
  expect(await seen("GET", "/api/callbacks/%zz?a=%zz")).toEqual({ method: "GET", url: "/api/callbacks/%25zz?a=%zz" });
  expect(await seen("GET", "/api/callbacks/%ff")).toEqual({ method: "GET", url: "/api/callbacks/%25ff" });
  expect(await seen("GET", "/api/callbacks/%41?b")).toEqual({ method: "GET", url: "/api/callbacks/%41?b" });
});

test("a method that Next cannot serve comes as OPTIONS, marked; nobody else can set the mark", async () => {
  expect(await seen("TRACE", "/api/users")).toEqual({ method: "OPTIONS", url: "/api/users", marked: "TRACE" });
  expect(await seen("PROPFIND", "/")).toEqual({ method: "OPTIONS", url: "/", marked: "PROPFIND" });
  expect(await seen("OPTIONS", "/", { "x-sent-method": "GET" })).toEqual({ method: "OPTIONS", url: "/" });
});
