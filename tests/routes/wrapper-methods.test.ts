import { asCron, asService, call } from "./call.ts";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { command, methods, query } from "#lib/http/route";
import { unknownRoute } from "#lib/http/unknown";

const nothing = z.strictObject({});
const anything = z.looseObject({});
const echo = query({
  who: ["service"],
  summary: "",
  input: anything,
  answer: anything,
  read: async (_ctx, input) => input,
});

describe("methods", () => {
  const { GET, HEAD, POST, PUT, OPTIONS } = methods("/things", { GET: echo });

  test("HEAD is GET without the body, OPTIONS names the methods", async () => {
    const head = await call(HEAD, "HEAD");
    expect([head.status, head.text]).toEqual([200, ""]);
    expect((await call(HEAD, "HEAD", { headers: {} })).status).toBe(401);
    const options = await call(OPTIONS, "OPTIONS", { headers: {} });
    expect([options.status, options.headers.get("allow")]).toEqual([204, "GET, HEAD"]);
    expect((await call(GET, "GET")).status).toBe(200);
  });

  test("a wrong method is 405 and says which there are", async () => {
    for (const [handler, method] of [
      [POST, "POST"],
      [PUT, "PUT"],
    ] as const) {
      const answer = await call(handler, method, { headers: {} });
      expect([answer.status, answer.body.code, answer.headers.get("allow")]).toEqual([
        405,
        "method_not_allowed",
        "GET, HEAD",
      ]);
    }
    expect((await call(OPTIONS, "OPTIONS", { headers: { "x-sent-method": "TRACE" } })).body.code).toBe(
      "method_not_allowed",
    );
  });

  test("a GET that changes something does not answer HEAD", async () => {
    const cron = command({ who: ["cron"], summary: "", input: nothing, answer: nothing, run: async () => ({}) });
    const { GET, HEAD } = methods("/cron/x", { GET: cron });
    expect((await call(GET, "GET", { headers: asCron })).status).toBe(200);
    expect((await call(HEAD, "HEAD", { headers: asCron })).status).toBe(405);
  });

  test("an address without a route is 404 for every method", async () => {
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
      const answer = await call(unknownRoute, method, { headers: {} });
      expect([answer.status, answer.body.code]).toEqual([404, "not_found"]);
    }
  });
});

describe("ETag", () => {
  let n = 1;
  const { GET } = methods("/things", {
    GET: query({
      who: ["service"],
      summary: "",
      input: nothing,
      answer: z.object({ n: z.int() }),
      etag: true,
      read: async () => ({ n }),
    }),
  });
  const ask = (tag?: string) => call(GET, "GET", { headers: { ...asService, ...(tag && { "if-none-match": tag }) } });

  test("a caller who has the answer gets 304 without a body, until it changes", async () => {
    const tag = (await ask()).headers.get("etag")!;
    expect(tag).toMatch(/^W\/"[\w-]+"$/);
    for (const known of [tag, tag.slice(2), `"other", ${tag}`, "*"]) {
      const answer = await ask(known);
      expect([answer.status, answer.text, answer.headers.get("etag")], known).toEqual([304, "", tag]);
    }
    expect((await ask('"other"')).status).toBe(200);
    n += 1;
    expect((await ask(tag)).body).toEqual({ n: 2 });
  });
});
