import "./call.ts";
import { describe, expect, test } from "vitest";
import { advance, START } from "../setup/database.ts";
import { aCallback, anAgent } from "../factories/desk.ts";
import { api, everyRow, refused } from "./api.ts";
import { runAfterAnswer } from "../setup/after-answer.ts";

const ann = { firstName: "Ann", lastName: "Lee", email: "ann@example.test" };
const uma = { id: "9007199254740993", firstName: "Uma", lastName: "User", phone: "+15550100" };

describe("POST /users", () => {
  test("200 says how many; the same again changes nothing but the audit; an id beyond 2^53 stays exact", async () => {
    const claims = [{ id: 7, status: "open", signatureMissingSince: "2026-02-01T00:00:00Z", signatureType: "initial" }];
    const users = [
      { ...uma, claims },
      { ...uma, id: 2 },
    ];
    expect((await api("POST /users", { users })).body).toEqual({ upserted: 2 });
    const { audit_entries: _, ...once } = await everyRow();
    expect(
      (
        await api(
          "POST /users",
          `{"users":[{"id":9007199254740993,"firstName":"Uma","lastName":"User","phone":"+15550100"}]}`,
        )
      ).body,
    ).toEqual({ upserted: 1 });
    expect(await everyRow()).toMatchObject(once);
  });

  test("400 for none, too many, an id twice, an unknown zone, a NUL character, half a surrogate; nothing written", async () => {
    const many = Array.from({ length: 1_001 }, (_, at) => ({ ...uma, id: at + 1 }));
    for (const users of [
      [],
      many,
      [uma, uma],
      [{ ...uma, timeZone: "Mars/Olympus" }],
      [{ ...uma, firstName: "a\u0000b" }],
      [{ ...uma, firstName: "\udfff\ud800" }],
      [{ ...uma, role: "admin" }],
    ]) {
      await refused("POST /users", { users }, [400, "invalid_input"]);
    }
  });

  test("409 for the claim of another user", async () => {
    const claims = [{ id: 7, status: "open" }];
    await api("POST /users", { users: [{ ...uma, claims }] });
    await refused("POST /users", { users: [{ ...uma, id: 2, claims }] }, [409, "conflict"]);
  });
});

describe("/agents", () => {
  test("201 for a new agent, 409 for a taken address, 400 for a wrong one; the list has them", async () => {
    const made = await api("POST /agents", ann);
    expect([made.status, made.body.id, made.body.allowedQueues]).toEqual([
      201,
      1,
      ["unsigned_users", "outstanding_requests"],
    ]);
    await refused("POST /agents", { ...ann, email: "ANN@example.test" }, [409, "conflict"]);
    await refused("POST /agents", { ...ann, email: "no address" }, [400, "invalid_input"]);
    await refused("POST /agents", { ...ann, allowedQueues: ["nonsense"] }, [400, "invalid_input"]);
    expect((await api("GET /agents")).body).toMatchObject({ agents: [{ id: 1, status: null }], nextCursor: null });
    await refused("GET /agents?limit=0", undefined, [400, "invalid_input"]);
    await refused("GET /agents?cursor=x", undefined, [400, "invalid_input"]);
  });

  test("pages lead from one to the next", async () => {
    for (const email of ["a@example.test", "b@example.test", "c@example.test"])
      await api("POST /agents", { ...ann, email });
    const first = (await api("GET /agents?limit=2")).body as { agents: unknown[]; nextCursor: number };
    const second = (await api(`GET /agents?limit=2&cursor=${first.nextCursor}`)).body as { agents: unknown[] };
    expect([first.agents.length, second.agents.length]).toEqual([2, 1]);
  });
});

describe("/agents/:agentId/session", () => {
  test("PUT logs in and sets the status, DELETE logs out, repeating both is harmless", async () => {
    const { id } = (await api("POST /agents", ann)).body;
    const login = await api(`PUT /agents/${id}/session`, { status: "available" });
    expect(login.body).toMatchObject({
      agentId: id,
      status: "available",
      becameAvailable: true,
      loginAt: START.toISOString(),
    });
    expect((await api(`PUT /agents/${id}/session`, { status: "available" })).body).toMatchObject({
      becameAvailable: false,
    });
    expect((await api(`DELETE /agents/${id}/session`)).body).toEqual({ agentId: id, loggedOut: true });
    expect((await api(`DELETE /agents/${id}/session`)).body).toEqual({ agentId: id, loggedOut: false });
  });

  test("400 for an unknown status, 404 for an unknown agent; the address decides whose session it is", async () => {
    const id = await anAgent({ status: null });
    await refused(`PUT /agents/${id}/session`, { status: "asleep" }, [400, "invalid_input"]);
    await refused(`PUT /agents/${id}/session`, {}, [409, "agent_not_here"]);
    await refused("PUT /agents/999/session", { status: "available" }, [404, "not_found"]);
    await refused("DELETE /agents/999/session", undefined, [404, "not_found"]);
    expect((await api(`PUT /agents/${id}/session`, { status: "break", agentId: 999 })).body.agentId).toBe(id);
  });
});

describe("GET /agents/:agentId/pending-callbacks", () => {
  test("200 with what is due, 304 while nothing changes, 200 when it does", async () => {
    const agentId = await anAgent();
    const id = await aCallback({ preferredAgentId: agentId, inMinutes: 5 });
    const first = await api(`GET /agents/${agentId}/pending-callbacks`);
    expect(first.body).toMatchObject({
      success: true,
      callbacks: [{ id, isAssigned: false, isOverdue: false, status: "pending" }],
    });
    const headers = { "if-none-match": first.headers.get("etag")! };
    const again = await api(`GET /agents/${agentId}/pending-callbacks`, undefined, { headers });
    expect([again.status, again.text]).toEqual([304, ""]);
    await advance({ minutes: 6 });
    const later = await api(`GET /agents/${agentId}/pending-callbacks`, undefined, { headers });
    expect(later.body).toMatchObject({ callbacks: [{ id, isOverdue: true }] });
  });

  test("a poll that finds no tick starts one after its answer", async () => {
    const agentId = await anAgent();
    await aCallback({ preferredAgentId: agentId });
    const poll = () => api(`GET /agents/${agentId}/pending-callbacks`);
    expect((await poll()).body).toMatchObject({ callbacks: [{ isAssigned: false }] });
    await runAfterAnswer();
    expect((await poll()).body).toMatchObject({ callbacks: [{ isAssigned: true }] });
  });

  test("404 for an unknown agent", async () => {
    await refused("GET /agents/999/pending-callbacks", undefined, [404, "not_found"]);
  });
});
