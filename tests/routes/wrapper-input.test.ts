import { asService, call, got } from "./call.ts";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { beginCall } from "#lib/http/endpoint";
import { readInput } from "#lib/http/request-input";
import { methods, query } from "#lib/http/route";
import { bigId, bigIdOut } from "#lib/base/ids";

const anything = z.looseObject({});
const echo = query({
  who: ["service"],
  summary: "",
  input: anything,
  answer: anything,
  read: async (_ctx, input) => input,
});

describe("input", () => {
  const { GET, POST } = methods("/things/:id", { GET: echo, POST: { ...echo } });
  const send = (body: string, headers: Record<string, string> = {}) =>
    call(POST, "POST", { body, headers: { ...asService, ...headers } });

  test("path, body and query become one object; the path is strongest, then the body", async () => {
    const sent = { body: { id: "body", a: "body", b: 1 }, query: "?a=query&c=query", params: { id: "path" } };
    expect((await call(POST, "POST", sent)).body).toEqual({ id: "path", a: "body", b: 1, c: "query" });
  });

  test("1 MB is taken, one byte more is 413, with any length header", async () => {
    const exactly = (bytes: number) => `{"a":"${"x".repeat(bytes - 8)}"}`;
    expect((await send(exactly(1_048_576))).status).toBe(200);
    expect((await send(exactly(1_048_577))).body.code).toBe("too_large");
    const stream = new Blob([exactly(3_000_000)]).stream();
    const init = {
      method: "POST",
      headers: { ...asService, "content-type": "application/json" },
      body: stream,
      duplex: "half",
    };
    const streamed = await got(
      await POST(new Request("http://localhost/", init as RequestInit), { params: Promise.resolve({}) }),
    );
    expect(streamed.body.code).toBe("too_large");
  });

  test.each(["text/plain", "application/x-www-form-urlencoded", "application/json;x=", "application/jsonp", ""])(
    "a body of type %j is 415",
    async (type) => {
      expect((await send("{}", { "content-type": type })).body.code).toBe("unsupported_media_type");
    },
  );

  test("a compressed body is 415, a charset beside JSON means nothing, no body needs no type", async () => {
    expect((await send("{}", { "content-encoding": "gzip" })).status).toBe(415);
    for (const charset of ["utf-8", '"UTF-8"', "utf8", "iso-8859-1", "us-ascii"])
      expect((await send("{}", { "content-type": `application/json; charset=${charset}` })).status, charset).toBe(200);
    expect((await call(POST, "POST")).status).toBe(200);
  });

  test("a form is read for the sender of a webhook that posts one, and the fields of its address take precedence", async () => {
    const input = z.looseObject({});
    const read = (body: string, type = "application/x-www-form-urlencoded; charset=UTF-8") =>
      readInput(
        beginCall(
          new Request("http://localhost/?message=ours", { method: "POST", body, headers: { "content-type": type } }),
          "POST",
          "/things",
          100,
        ),
        input,
        { defaults: {}, fixed: { message: "ours" }, isForm: true },
      );
    expect(await read("a=1&b=x+y%26z&message=theirs")).toEqual({ a: "1", b: "x y&z", message: "ours" });
    await expect(read("{}", "application/json")).rejects.toMatchObject({ code: "unsupported_media_type" });
    await expect(read("a".repeat(101))).rejects.toMatchObject({ code: "too_large" });
  });

  test.each(["{", "nonsense", "[1]", "null", "7", '"text"', '{"a":1}}', '{"a":01}', "\u0000"])(
    "the body %j is 400",
    async (body) => {
      expect((await send(body)).body.code).toBe("invalid_input");
    },
  );

  test("64 levels are taken, 65 are 400, and so are 100,000 in a moment", async () => {
    const deep = (levels: number) => `{"a":${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}}`;
    expect((await send(deep(64))).status).toBe(200);
    expect((await send(deep(65))).body.code).toBe("invalid_input");
    expect((await send(deep(100_000))).body.code).toBe("invalid_input");
    expect((await send(`{"a":"${"[".repeat(100)}\\"${"[".repeat(100)}"}`)).status).toBe(200);
  });

  test("more than 100,000 keys and values are 400, also small ones", async () => {
    const ones = (count: number) => `{"a":[${Array(count).fill("1").join(",")}]}`;
    expect((await send(ones(99_000))).status).toBe(200);
    expect((await send(ones(101_000))).body.code).toBe("invalid_input");
  });

  test("a body that ends early is 400", async () => {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"a":'));
        controller.error(new Error("aborted"));
      },
    });
    const headers = { ...asService, "content-type": "application/json" };
    const request = new Request("http://localhost/", { method: "POST", headers, body, duplex: "half" } as RequestInit);
    expect((await got(await POST(request, { params: Promise.resolve({}) }))).body.code).toBe("invalid_input");
  });

  test("broken UTF-8 is 400", async () => {
    const body = new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]);
    const request = new Request("http://localhost/", {
      method: "POST",
      headers: { ...asService, "content-type": "application/json" },
      body,
    });
    expect((await POST(request, { params: Promise.resolve({}) })).status).toBe(400);
  });

  test("prototype keys and other unknown keys are 400 and set nothing", async () => {
    const strict = query({
      who: ["service"],
      summary: "",
      input: z.strictObject({ a: z.strictObject({}).optional() }),
      answer: anything,
      read: async () => ({}),
    });
    const { POST } = methods("/things", { POST: strict });
    const bodies = [
      '{"__proto__":{"polluted":1}}',
      '{"a":{"__proto__":{"polluted":1}}}',
      '{"constructor":{"prototype":{"polluted":1}}}',
      '{"a":{"toString":1}}',
      '{"role":"admin"}',
    ];
    for (const body of bodies) expect((await call(POST, "POST", { body })).body.code, body).toBe("invalid_input");
    for (const query of ["?__proto__=1", "?constructor=1", "?a.b=1"])
      expect((await call(POST, "POST", { query })).status, query).toBe(400);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test("a query parameter given twice is 400", async () => {
    expect((await call(GET, "GET", { query: "?a=1&a=2" })).body.code).toBe("invalid_input");
  });

  test("a whole number beyond 2^53 arrives and leaves exactly", async () => {
    const id = query({
      who: ["service"],
      summary: "",
      input: z.strictObject({ id: bigId }),
      answer: z.object({ id: bigIdOut }),
      read: async (_ctx, { id }) => ({ id }),
    });
    const { POST } = methods("/things", { POST: id });
    for (const digits of ["9007199254740993", "9223372036854775807"]) {
      expect((await call(POST, "POST", { body: `{"id":${digits}}` })).text).toBe(`{"id":"${digits}"}`);
      expect((await call(POST, "POST", { body: `{"id":"${digits}"}` })).text).toBe(`{"id":"${digits}"}`);
    }
    for (const wrong of ["9223372036854775808", "1e400", "1e19", "9007199254740993.0", "-1", "1".repeat(100_000)]) {
      expect((await call(POST, "POST", { body: `{"id":${wrong}}` })).status, wrong.slice(0, 30)).toBe(400);
    }
  });

  test("each issue is listed with its place, and no value is repeated", async () => {
    const two = query({
      who: ["service"],
      summary: "",
      input: z.strictObject({ a: z.object({ b: z.int() }), phone: z.email() }),
      answer: anything,
      read: async () => ({}),
    });
    const { POST } = methods("/things", { POST: two });
    const answer = await call(POST, "POST", { body: { a: { b: "secret" }, phone: "secret" } });
    expect(answer.body).toMatchObject({ code: "invalid_input", issues: [{ path: "a.b" }, { path: "phone" }] });
    expect(answer.text).not.toContain("secret");
  });
});
