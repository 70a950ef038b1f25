import { START } from "../setup/database.ts";
import { CRON_SECRET, SERVICE_API_KEY } from "../setup/secrets.ts";
import { runAfterAnswer } from "../setup/after-answer.ts";
import { asService, call, lines, logged } from "./call.ts";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { env } from "#lib/base/env";
import { monotonic, readClock } from "#lib/time/clock";
import { ARRIVAL_HEADER } from "#lib/http/arrival";
import { command, methods, probe, query } from "#lib/http/route";

const seconds = env().REQUEST_TIMEOUT_SECONDS;
const nothing = z.strictObject({});
const anything = z.looseObject({});
const echo = query({
  who: ["service"],
  summary: "",
  input: anything,
  answer: anything,
  read: async (_ctx, input) => input,
});

describe("answers", () => {
  test("every answer carries a request id, is not cached and not sniffed; a wild id is replaced", async () => {
    const { GET } = methods("/things", { GET: echo });
    for (const wild of ["", "a b", "x".repeat(101), "ä", '{"a":1}']) {
      const { headers } = await call(GET, "GET", { headers: { ...asService, "x-request-id": wild } });
      expect(headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers.get("cache-control")).toContain("no-store");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    }
  });

  test("the time of an answer counts from the arrival of the request: one that lay too long is refused, and nothing is done", async () => {
    let done = 0;
    const count = query({
      who: ["service"],
      summary: "",
      input: anything,
      answer: anything,
      read: async () => {
        done += 1;
        return { done };
      },
    });
    const { GET } = methods("/things", { GET: count });
    const arrived = (ago: number) => ({ ...asService, [ARRIVAL_HEADER]: String(monotonic() - ago) });
    const late = await call(GET, "GET", { headers: arrived(seconds * 1_000) });
    expect([late.status, late.body.code, done]).toEqual([503, "unavailable", 0]);
    expect(late.body.detail).toContain("Nothing was done with it.");
    expect((await call(GET, "GET", { headers: arrived(100) })).status).toBe(200);
  });

  test("an answer that takes longer than the rest of its time is refused, and the sentence says what may still happen", async () => {
    let finish = () => {};
    const slow = query({
      who: ["service"],
      summary: "",
      input: anything,
      answer: anything,
      read: () =>
        new Promise<Record<string, never>>((done) => {
          finish = () => done({});
        }),
    });
    const { GET } = methods("/things", { GET: slow });
    const { status, body } = await call(GET, "GET", {
      headers: { ...asService, [ARRIVAL_HEADER]: String(monotonic() - seconds * 955) },
    });
    expect([status, body.code]).toEqual([503, "unavailable"]);
    expect(body.detail).toContain("It may still finish.");
    // Until then it keeps its place among those that are worked on at once.
    finish();
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
    const clock = command({
      who: ["service"],
      summary: "",
      input: nothing,
      answer: z.object({ at: z.date() }),
      run: async ({ now }) => ({ at: now }),
    });
    expect((await call(methods("/things", { POST: clock }).POST, "POST")).body).toEqual({ at: START.toISOString() });
  });

  test("201 carries its Location", async () => {
    const made = command({
      who: ["service"],
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
    const later = query({
      who: ["service"],
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

  test("work after the answer to a request with a key does not depend on the transaction of its key", async () => {
    const done: unknown[] = [];
    const made = command({
      who: ["service"],
      summary: "",
      input: nothing,
      answer: nothing,
      run: async (ctx) => {
        ctx.afterAnswer(async (later) => done.push(await readClock(later.db)));
        return {};
      },
    });
    const headers = { ...asService, "idempotency-key": "once" };
    expect((await call(methods("/things", { POST: made }).POST, "POST", { body: {}, headers })).status).toBe(200);
    await runAfterAnswer();
    expect(done).toEqual([START]);
  });

  test("an answer that says it is down is 503 with its own body", async () => {
    const health = probe({
      summary: "",
      answer: z.object({ ok: z.boolean() }),
      read: async () => ({ ok: false }),
    });
    const answer = await call(methods("/health", { GET: health }).GET, "GET", { headers: {} });
    expect([answer.status, answer.headers.get("retry-after"), answer.body]).toEqual([503, "1", { ok: false }]);
  });
});
