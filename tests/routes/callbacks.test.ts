import "./call.ts";
import { describe, expect, test } from "vitest";
import { aCallback, anAgent, aUser, tick } from "../factories/desk.ts";
import { advance } from "../setup/database.ts";
import { api, refused } from "./api.ts";

const DAY = 86_400_000;
const at = (milliseconds: number) => new Date(Date.parse("2026-03-02T09:00:00Z") + milliseconds).toISOString();

describe("POST /callbacks", () => {
  test("201 with Location; a replay with the same key is the same callback, another body 422", async () => {
    const userId = String(await aUser({ id: 9_007_199_254_740_993n }));
    const headers = { "idempotency-key": "promise-1" };
    const body = { userId, scheduledFor: "2026-03-02T16:00:00+01:00", callbackReason: "wants the letter" };
    const made = await api("POST /callbacks", body, { headers });
    expect([made.status, made.headers.get("location")]).toEqual([201, `/api/callbacks/${made.body.id}`]);
    expect(made.body).toMatchObject({
      userId: "9007199254740993",
      status: "pending",
      scheduledFor: "2026-03-02T15:00:00.000Z",
    });
    const before = (await api("GET /callbacks")).body;
    const again = await api("POST /callbacks", body, { headers });
    expect([again.status, again.body, again.headers.get("location")]).toEqual([
      201,
      made.body,
      made.headers.get("location"),
    ]);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    await refused("POST /callbacks", { ...body, callbackReason: "other" }, [422, "key_reused"], { headers });
    expect((await api("GET /callbacks")).body).toEqual(before);
  });

  test("the limits of the time: from 24 hours ago to a year ahead, both included", async () => {
    const userId = String(await aUser());
    for (const inside of [at(-DAY), at(366 * DAY)])
      expect((await api("POST /callbacks", { userId, scheduledFor: inside })).status).toBe(201);
    for (const outside of [at(-DAY - 1), at(366 * DAY + 1)])
      await refused("POST /callbacks", { userId, scheduledFor: outside }, [400, "invalid_input"]);
  });

  test("400 for anything malformed", async () => {
    const userId = String(await aUser());
    const good = { userId, scheduledFor: at(0) };
    const wrong = [
      {},
      { userId },
      { ...good, scheduledFor: "tomorrow" },
      { ...good, scheduledFor: 5 },
      { ...good, scheduledFor: "2026-02-30T10:00:00Z" },
      { ...good, userId: "abc" },
      { ...good, userId: -1 },
      { ...good, userId: 1.5 },
      { ...good, userId: "9223372036854775808" },
      { ...good, callbackReason: "x".repeat(501) },
      { ...good, callbackReason: "a\u0000b" },
      { ...good, preferredAgentId: 2_147_483_648 },
      { ...good, timeZone: "Mars/Olympus" },
      { ...good, status: "completed" },
    ];
    for (const body of wrong) await refused("POST /callbacks", body, [400, "invalid_input"]);
    await refused("POST /callbacks", good, [400, "invalid_input"], { headers: { "idempotency-key": "a b" } });
  });

  test("404 for an unknown user or agent, 409 for one who asked not to be called", async () => {
    const userId = String(await aUser());
    await refused("POST /callbacks", { userId: 999, scheduledFor: at(0) }, [404, "not_found"]);
    await refused("POST /callbacks", { userId, scheduledFor: at(0), preferredAgentId: 999 }, [404, "not_found"]);
    const never = String(await aUser({ doNotCall: true }));
    await refused("POST /callbacks", { userId: never, scheduledFor: at(0) }, [409, "do_not_call"]);
  });
});

describe("GET /callbacks", () => {
  test("200 with filters and pages", async () => {
    const agentId = await anAgent();
    const mine = await aCallback({ preferredAgentId: agentId, inMinutes: 60 });
    const others = [await aCallback(), await aCallback()];
    const ids = async (query: string) =>
      ((await api(`GET /callbacks${query}`)).body.callbacks as { id: number }[]).map(({ id }) => id);
    expect(await ids(`?agentId=${agentId}`)).toEqual([mine]);
    expect(await ids(`?from=${at(60_000)}`)).toEqual([mine]);
    expect(await ids("?status=completed")).toEqual([]);
    const first = (await api("GET /callbacks?limit=2")).body as { callbacks: { id: number }[]; nextCursor: string };
    const rest = await ids(`?limit=2&cursor=${first.nextCursor}`);
    expect([...first.callbacks.map(({ id }) => id), ...rest].sort()).toEqual([mine, ...others].sort());
  });

  test("a calendar; 400 without a time or for too long a one", async () => {
    await aCallback();
    expect((await api(`GET /callbacks/calendar?from=${at(0)}&to=${at(DAY)}&search=um`)).body).toMatchObject({
      quarters: [{ at: at(0), callbacks: 1, late: 0 }],
      now: at(0),
    });
    for (const query of ["", `?from=${at(0)}`, `?from=${at(DAY)}&to=${at(0)}`, `?from=${at(0)}&to=${at(32 * DAY)}`])
      await refused(`GET /callbacks/calendar${query}`, undefined, [400, "invalid_input"]);
  });

  test.each([
    "status=asleep",
    "status=pending,",
    "order=oldest",
    "search=x",
    `search=${"x".repeat(101)}`,
    "agentId=x",
    "userId=-1",
    "from=yesterday",
    "limit=101",
    "limit=1e9",
    "cursor=0",
    "cursor=7",
    "cursor=1772442000000.x",
    "cursor=.7",
    "cursor=1772442000000.99999999999",
  ])("400 for ?%s", async (query) => {
    await refused(`GET /callbacks?${query}`, undefined, [400, "invalid_input"]);
  });

  test("one with its story; 404 when there is none", async () => {
    const id = await aCallback();
    await tick();
    expect((await api(`GET /callbacks/${id}`)).body).toMatchObject({
      id,
      why: expect.any(String),
      events: [
        { seq: 1, type: "created" },
        { seq: 2, type: "queued" },
      ],
    });
    await refused("GET /callbacks/999", undefined, [404, "not_found"]);
  });

  test("overdue ones with the minutes", async () => {
    const id = await aCallback();
    expect((await api("GET /callbacks/overdue")).body.callbacks).toEqual([]);
    await advance({ minutes: 3 });
    expect((await api("GET /callbacks/overdue")).body).toMatchObject({ callbacks: [{ id, minutesOverdue: 3 }] });
    await refused("GET /callbacks/overdue?limit=0", undefined, [400, "invalid_input"]);
  });
});
