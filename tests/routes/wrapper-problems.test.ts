import { db } from "../setup/database.ts";
import { asService, call, lines, logged } from "./call.ts";
import { describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { connect, inTransaction } from "#lib/database/db";
import { Refusal } from "#lib/base/errors";
import { command, methods, probe } from "#lib/http/route";
import { execute, sql } from "#lib/database/sql";

// The usual time, which tests elsewhere lengthen.
process.env.REQUEST_TIMEOUT_SECONDS = "";
const nothing = z.strictObject({});
const anything = z.looseObject({});

describe("problems", () => {
  const failing = (error: unknown) =>
    methods("/things", {
      POST: command({
        who: ["service"],
        summary: "",
        input: nothing,
        answer: nothing,
        refuses: ["already_accepted"],
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

  test("a refusal that a route does not declare fails the test that meets it", async () => {
    const POST = failing(new Refusal("wrong_queue", "Not in this queue."));
    await expect(call(POST, "POST")).rejects.toThrow("POST /things refuses wrong_queue and does not declare it");
  });

  test("a fault is 500 without internals, and the log has them once, without what was typed", async () => {
    const POST = failing(new Error("the disk said: canary"));
    const answer = await call(POST, "POST");
    expect(answer.body).toMatchObject({ status: 500, code: "internal" });
    expect(answer.text).not.toContain("canary");
    expect(logged()).toEqual([
      expect.objectContaining({ level: "error", status: 500, code: "internal", actor: "service" }),
    ]);
    expect(lines[0]).toContain("wrapper-problems.test.ts");
  });

  test("values quoted in a database error do not reach the log", async () => {
    const bad = command({
      who: ["service"],
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
          POST: command({
            who: ["service"],
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

  test("after 4.8 s the caller gets 503 and reads how to try again", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const never = probe({
      summary: "",
      answer: z.object({ ok: z.boolean() }),
      read: () => new Promise<{ ok: boolean }>(() => {}),
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
});
