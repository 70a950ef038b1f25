import { db } from "../setup/database.ts";
import { asCron, asService, call, got, lines, logged, runAfterAnswer } from "./call.ts";
import { describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { connect, inTransaction } from "#lib/db";
import { Refusal } from "#lib/errors";
import { unknownRoute } from "#lib/http/unknown";
import { methods, route } from "#lib/http/route";
import { bigId, bigIdOut } from "#lib/ids";
import { execute, query, sql } from "#lib/sql";
import { CRON_SECRET, SERVICE_API_KEY, START } from "../setup/database.ts";

const anything = z.looseObject({});
const nothing = z.strictObject({});
const echo = route({
  who: "service",
  summary: "",
  input: anything,
  answer: anything,
  read: async (_ctx, input) => input,
});

describe("authentication", () => {
  const { GET } = methods("/things", { GET: echo });
  const bad: [string, Record<string, string>][] = [
    ["no header", {}],
    ["an empty one", { authorization: "" }],
    ["a scheme alone", { authorization: "Bearer" }],
    ["undefined", { authorization: "Bearer undefined" }],
    ["null", { authorization: "Bearer null" }],
    ["a prefix", { authorization: `Bearer ${SERVICE_API_KEY.slice(0, -1)}` }],
    ["one more letter", { authorization: `Bearer ${SERVICE_API_KEY}x` }],
    ["something behind it", { authorization: `Bearer ${SERVICE_API_KEY} again` }],
    ["the secret twice", { authorization: `Bearer ${SERVICE_API_KEY}, Bearer ${SERVICE_API_KEY}` }],
    ["another scheme", { authorization: `Basic ${SERVICE_API_KEY}` }],
    ["the secret alone", { authorization: SERVICE_API_KEY }],
    ["two spaces", { authorization: `Bearer  ${SERVICE_API_KEY}` }],
  ];
  test.each(bad)("%s is 401", async (_name, headers) => {
    const answer = await call(GET, "GET", { headers });
    expect([answer.status, answer.body.code]).toEqual([401, "unauthenticated"]);
    expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer/);
    expect(answer.text).not.toContain(SERVICE_API_KEY);
  });

  test("a caller we know at the wrong door is 403, at the right one 200", async () => {
    expect((await call(GET, "GET", { headers: asCron })).body.code).toBe("forbidden");
    expect((await call(GET, "GET", { headers: asService })).status).toBe(200);
    expect((await call(GET, "GET", { headers: { authorization: `bearer ${SERVICE_API_KEY}` } })).status).toBe(200);
  });

  test("who is not let in learns nothing about what is wrong with the request", async () => {
    const { POST } = methods("/things", { POST: echo });
    expect((await call(POST, "POST", { headers: {}, body: "{broken" })).status).toBe(401);
  });

  test("a route must say who may call it, and an operation of a cron cannot be given to a service", () => {
    const described = { summary: "", input: nothing, answer: nothing };
    // @ts-expect-error who is missing
    route({ ...described, read: async () => ({}) });
    const forCron = async (_ctx: { actor: { kind: "cron" } }) => ({});
    route({ who: "cron", ...described, read: forCron });
    // @ts-expect-error the actor is a service
    route({ who: "service", ...described, read: forCron });
  });
});

describe("input", () => {
  const { GET, POST } = methods("/things/:id", { GET: echo, POST: { ...echo } });
  const send = (body: string, headers: Record<string, string> = {}) =>
    call(POST, "POST", { body, headers: { ...asService, ...headers } });

  test("path, body and query become one object; the path is strongest, then the body", async () => {
    const sent = { body: { id: "body", a: "body", b: 1 }, query: "?a=query&c=query", params: { id: "path" } };
    expect((await call(POST, "POST", sent)).body).toEqual({ id: "path", a: "body", b: 1, c: "query" });
  });

  test("1 MB is taken, one byte more is 413, whatever the length header says", async () => {
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

  test("a compressed body is 415, a charset of UTF-8 is fine, no body needs no type", async () => {
    expect((await send("{}", { "content-encoding": "gzip" })).status).toBe(415);
    expect((await send("{}", { "content-type": "application/json; charset=utf-8" })).status).toBe(200);
    expect((await call(POST, "POST")).status).toBe(200);
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
    const strict = route({
      who: "service",
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
    const id = route({
      who: "service",
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
    const two = route({
      who: "service",
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

describe("answers", () => {
  const failing = (error: unknown) =>
    methods("/things", {
      POST: route({
        who: "service",
        summary: "",
        input: nothing,
        answer: nothing,
        run: async () => Promise.reject(error),
      }),
    }).POST;

  test("a problem has the RFC's fields, its code and details, and the request id", async () => {
    const POST = failing(
      new Refusal("already_accepted", "Ben accepted this 3 s ago.", { status: "accepted", acceptedByAgentId: 7n }),
    );
    const answer = await call(POST, "POST", { headers: { ...asService, "x-request-id": "my-id.1" } });
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.body).toEqual({
      type: "/docs#already_accepted",
      title: "Already accepted",
      status: 409,
      code: "already_accepted",
      detail: "Ben accepted this 3 s ago.",
      requestId: "my-id.1",
      acceptedByAgentId: "7",
    });
  });

  test("every answer carries a request id, is not cached and not sniffed; a wild id is replaced", async () => {
    const { GET } = methods("/things", { GET: echo });
    for (const wild of ["", "a b", "x".repeat(101), "ä", '{"a":1}']) {
      const { headers } = await call(GET, "GET", { headers: { ...asService, "x-request-id": wild } });
      expect(headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
      expect([headers.get("cache-control"), headers.get("x-content-type-options")]).toEqual(["no-store", "nosniff"]);
    }
  });

  test("a fault is 500 without internals, and the log has them once, without what was typed", async () => {
    const POST = failing(new Error("the disk said: canary"));
    const answer = await call(POST, "POST");
    expect(answer.body).toMatchObject({ status: 500, code: "internal" });
    expect(answer.text).not.toContain("canary");
    expect(logged()).toEqual([
      expect.objectContaining({ level: "error", status: 500, code: "internal", actor: "service" }),
    ]);
    expect(lines[0]).toContain("wrapper.test.ts");
  });

  test("what a database error quotes does not reach the log", async () => {
    const bad = route({
      who: "service",
      summary: "",
      input: nothing,
      answer: nothing,
      run: async ({ db }) => ({ n: await execute(db, sql`SELECT ${"canary"}::text::int`) }) as never,
    });
    const answer = await call(methods("/things", { POST: bad }).POST, "POST");
    expect(answer.status).toBe(500);
    expect(lines.join()).toContain("22P02");
    expect(lines.join() + answer.text).not.toContain("canary");
  });

  test("an unreachable database is 503 with Retry-After, a lock held too long 409, a NUL character 400", async () => {
    const away = connect("postgres://nobody:x@127.0.0.1:1/none");
    const from = (work: (handle: typeof db) => Promise<unknown>, handle = db) =>
      call(
        methods("/things", {
          POST: route({
            who: "service",
            summary: "",
            input: nothing,
            answer: anything,
            run: async () => ({ n: await work(handle) }),
          }),
        }).POST,
        "POST",
      );
    const gone = await from((handle) => execute(handle, sql`SELECT 1`), away);
    expect([gone.status, gone.body.code, gone.headers.get("retry-after")]).toEqual([503, "unavailable", "1"]);
    await away.$disconnect();
    const locked = await from((handle) =>
      handle.$transaction(async (first) => {
        await execute(first, sql`SELECT pg_advisory_xact_lock(1)`);
        await inTransaction({ db }, async ({ db: second }) => {
          await execute(second, sql`SET LOCAL lock_timeout = '20ms'`);
          await execute(second, sql`SELECT pg_advisory_xact_lock(1)`);
        });
      }),
    );
    expect([locked.status, locked.body.code]).toEqual([409, "conflict"]);
    expect((await from((handle) => execute(handle, sql`SELECT ${"\u0000"}::text`))).body.code).toBe("invalid_input");
  });

  test("after 4.8 s the caller gets 503 and is told how to ask again", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const never = route({
      who: "service",
      summary: "",
      input: nothing,
      answer: nothing,
      read: () => new Promise(() => {}),
    });
    const answer = call(methods("/things", { GET: never }).GET, "GET");
    await vi.advanceTimersByTimeAsync(4_799);
    expect(lines).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    vi.useRealTimers();
    const { status, body, headers } = await answer;
    expect([status, body.code, headers.get("retry-after")]).toEqual([503, "unavailable", "1"]);
    expect(body.detail).toContain("Idempotency-Key");
  });

  test("one line a request, with neither query, body, secrets nor names", async () => {
    const { POST } = methods("/things/:id", { POST: echo });
    await call(POST, "POST", { body: { phone: "+1555canary" }, query: "?name=canary", params: { id: "canary" } });
    await call(POST, "POST", { headers: { authorization: "Bearer canary-canary-canary" } });
    expect(logged()).toEqual([
      {
        level: "info",
        time: expect.any(String),
        requestId: expect.any(String),
        method: "POST",
        route: "/api/things/:id",
        status: 200,
        durationMs: expect.any(Number),
        actor: "service",
        msg: "request",
      },
      expect.objectContaining({ status: 401, code: "unauthenticated", actor: "anyone" }),
    ]);
    expect(lines.join()).not.toMatch(new RegExp(`canary|${SERVICE_API_KEY}|${CRON_SECRET}`));
  });

  test("dates leave as ISO 8601, and `now` is the database's instant", async () => {
    const clock = route({
      who: "service",
      summary: "",
      input: nothing,
      answer: z.object({ at: z.date() }),
      run: async ({ now }) => ({ at: now }),
    });
    expect((await call(methods("/things", { POST: clock }).POST, "POST")).body).toEqual({ at: START.toISOString() });
  });

  test("201 carries its Location", async () => {
    const made = route({
      who: "service",
      summary: "",
      input: nothing,
      answer: z.object({ id: z.int() }),
      status: 201,
      location: ({ id }) => `/api/things/${id}`,
      run: async () => ({ id: 5 }),
    });
    const answer = await call(methods("/things", { POST: made }).POST, "POST");
    expect([answer.status, answer.headers.get("location")]).toEqual([201, "/api/things/5"]);
  });

  test("work after the answer runs after it; its failure is logged and hurts nobody", async () => {
    const done: string[] = [];
    const later = route({
      who: "service",
      summary: "",
      input: nothing,
      answer: nothing,
      read: async (ctx) => {
        ctx.afterAnswer(async () => done.push("first"));
        ctx.afterAnswer(() => Promise.reject(new Error("late")));
        return {};
      },
    });
    expect((await call(methods("/things", { GET: later }).GET, "GET")).status).toBe(200);
    expect(done).toEqual([]);
    await runAfterAnswer();
    expect(done).toEqual(["first"]);
    expect(logged().at(-1)).toMatchObject({ level: "error", msg: "work after the answer failed" });
  });

  test("an answer that says it is down is 503 with its own body", async () => {
    const health = route({
      who: "anyone",
      summary: "",
      input: nothing,
      answer: z.object({ ok: z.boolean() }),
      isDown: ({ ok }) => !ok,
      read: async () => ({ ok: false }),
    });
    const answer = await call(methods("/health", { GET: health }).GET, "GET", { headers: {} });
    expect([answer.status, answer.headers.get("retry-after"), answer.body]).toEqual([503, "1", { ok: false }]);
  });
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
    expect((await call(OPTIONS, "OPTIONS", { headers: { "x-no-such-method": "TRACE" } })).body.code).toBe(
      "method_not_allowed",
    );
  });

  test("a GET that changes something does not answer HEAD", async () => {
    const cron = route({ who: "cron", summary: "", input: nothing, answer: nothing, run: async () => ({}) });
    const { GET, HEAD } = methods("/cron/x", { GET: cron });
    expect((await call(GET, "GET", { headers: asCron })).status).toBe(200);
    expect((await call(HEAD, "HEAD", { headers: asCron })).status).toBe(405);
  });

  test("an address nobody serves is 404, whatever the method", async () => {
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
      const answer = await call(unknownRoute, method, { headers: {} });
      expect([answer.status, answer.body.code]).toEqual([404, "not_found"]);
    }
  });
});

describe("ETag", () => {
  let n = 1;
  const { GET } = methods("/things", {
    GET: route({
      who: "service",
      summary: "",
      input: nothing,
      answer: z.object({ n: z.int() }),
      etag: true,
      read: async () => ({ n }),
    }),
  });
  const ask = (tag?: string) => call(GET, "GET", { headers: { ...asService, ...(tag && { "if-none-match": tag }) } });

  test("who has the answer gets 304 without a body, until it changes", async () => {
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

describe("Idempotency-Key", () => {
  const counted = z.object({ count: z.int(), id: bigIdOut });
  const input = z.strictObject({ name: z.string().default("x"), id: bigId.default(1n) });

  /** A POST that counts in the database how often it was done. */
  function counting(meanwhile: () => Promise<unknown> = async () => {}) {
    return methods("/things", {
      POST: route({
        who: "service",
        summary: "",
        input,
        answer: counted,
        status: 201,
        location: ({ count }) => `/api/things/${count}`,
        run: async (ctx, { id }) => {
          await meanwhile();
          await execute(
            ctx.db,
            sql`INSERT INTO users (id, first_name, last_name, phone, created_at, updated_at)
            VALUES ((SELECT count(*) + 1 FROM users), 'A', 'B', '+15550100', ${ctx.now}, ${ctx.now})`,
          );
          return { count: await done(ctx.db as typeof db), id };
        },
      }),
    }).POST;
  }
  async function done(handle = db): Promise<number> {
    const [row] = await query(handle, z.object({ n: z.int() }), sql`SELECT count(*)::int AS n FROM users`);
    return row!.n;
  }
  const withKey = (key: string) => ({ ...asService, "idempotency-key": key });

  test("a repeat gets the recorded answer with status and Location, marked as such; nothing is done twice", async () => {
    const POST = counting();
    const body = '{"id":9007199254740993}';
    const first = await call(POST, "POST", { headers: withKey("k1"), body });
    const again = await call(POST, "POST", { headers: withKey("k1"), body: '{"id":"9007199254740993","name":"x"}' });
    expect(first.headers.has("idempotency-replayed")).toBe(false);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect([again.status, again.body, again.headers.get("location")]).toEqual([
      201,
      { count: 1, id: "9007199254740993" },
      "/api/things/1",
    ]);
    expect(again.body).toEqual(first.body);
    expect(await done()).toBe(1);
    expect((await call(POST, "POST", { headers: withKey("k2") })).body.count).toBe(2);
    expect((await call(POST, "POST")).body.count).toBe(3);
  });

  test("the same key for another input is 422, for another route its own", async () => {
    const POST = counting();
    await call(POST, "POST", { headers: withKey("k"), body: { name: "a" } });
    const other = await call(POST, "POST", { headers: withKey("k"), body: { name: "b" } });
    expect([other.status, other.body.code]).toEqual([422, "key_reused"]);
    const elsewhere = methods("/elsewhere", {
      POST: route({ who: "service", summary: "", input: nothing, answer: nothing, run: async () => ({}) }),
    }).POST;
    expect((await call(elsewhere, "POST", { headers: withKey("k") })).status).toBe(200);
    expect(await done()).toBe(1);
  });

  test("a refusal is not recorded: the key can be used again", async () => {
    let isRefusing = true;
    const POST = counting(async () => {
      if (isRefusing) throw new Refusal("conflict", "Not now.");
    });
    expect((await call(POST, "POST", { headers: withKey("k") })).status).toBe(409);
    isRefusing = false;
    expect((await call(POST, "POST", { headers: withKey("k") })).status).toBe(201);
  });

  test.each(["", "a b", "ä", "x".repeat(256)])("the key %j is 400", async (key) => {
    const answer = await call(counting(), "POST", { headers: withKey(key) });
    expect([answer.status, answer.body.code, await done()]).toEqual([400, "invalid_input", 0]);
  });

  test("255 characters are taken", async () => {
    expect((await call(counting(), "POST", { headers: withKey("x".repeat(255)) })).status).toBe(201);
  });

  test("a twin in flight waits and gets the same answer; one that waits too long is told", async () => {
    const begun = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const POST = counting(async () => {
      begun.resolve();
      await gate.promise;
    });
    const first = call(POST, "POST", { headers: withKey("k") });
    await begun.promise;
    const impatient = await call(POST, "POST", { headers: withKey("k") });
    expect([impatient.status, impatient.body.code]).toEqual([409, "key_in_use"]);
    const twins = [1, 2, 3].map(() => call(POST, "POST", { headers: withKey("k") }));
    gate.resolve();
    const answers = await Promise.all([first, ...twins]);
    expect(answers.map(({ status, body }) => [status, body.count])).toEqual(Array(4).fill([201, 1]));
    expect(await done()).toBe(1);
  });
});
