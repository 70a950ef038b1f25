import "./call.ts";
import { describe, expect, test } from "vitest";
import { advance, db, START } from "../setup/database.ts";
import { aCallback, anAgent, aUser, liveEntries, tick } from "../factories/desk.ts";
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
    expect((await api("POST /users", { users })).body).toEqual({
      upserted: 2,
      notDialable: users.map(({ id, phone }) => ({ userId: String(id), phone })),
      notUnderstood: [],
      refused: [],
      doNotCallKept: 0,
    });
    const { audit_entries: _, ...once } = await everyRow();
    expect(
      (
        await api(
          "POST /users",
          `{"users":[{"id":9007199254740993,"firstName":"Uma","lastName":"User","phone":"+15550100"}]}`,
        )
      ).body,
    ).toMatchObject({ upserted: 1 });
    expect(await everyRow()).toMatchObject(once);
  });

  test("400 for none, too many, a NUL character, half a surrogate; nothing written", async () => {
    const many = Array.from({ length: 1_001 }, (_, at) => ({ ...uma, id: at + 1 }));
    for (const users of [
      [],
      many,
      [{ ...uma, firstName: "a\u0000b" }],
      [{ ...uma, firstName: "\udfff\ud800" }],
      [{ ...uma, role: "admin" }],
    ]) {
      await refused("POST /users", { users }, [400, "invalid_input"]);
    }
  });

  test("200 for an id twice: one user, named in the answer", async () => {
    expect((await api("POST /users", { users: [uma, { ...uma, firstName: "Later" }] })).body).toMatchObject({
      upserted: 1,
      notUnderstood: [{ userId: uma.id, field: "id", value: uma.id }],
    });
  });

  test("409 for the claim of another user", async () => {
    const claims = [{ id: 7, status: "open" }];
    await api("POST /users", { users: [{ ...uma, claims }] });
    await refused("POST /users", { users: [{ ...uma, id: 2, claims }] }, [409, "conflict"]);
  });
});

/** A word with a character that turns the direction of writing, and with the joiner that Persian needs. */
const TURNED = "\u202eمی\u200cخواهم\u2066";
const READ = "می\u200cخواهم";

test("free text loses the characters that turn the direction of writing and keeps its joiners, in every field", async () => {
  const phone = "\u202a+44 20 7946 0111\u202c";
  const named = { firstName: TURNED, lastName: TURNED };
  await api("POST /users", { users: [{ ...uma, id: 7, ...named, phone, phones: [{ number: phone, label: TURNED }] }] });
  expect(await db.user.findFirst()).toMatchObject({ firstName: READ, lastName: READ, number: "+442079460111" });
  const agent = (await api("POST /agents", { ...ann, ...named, team: TURNED })).body;
  expect(agent).toMatchObject({ firstName: READ, lastName: READ, team: READ });
  const at = new Date(START.getTime() + 3_600_000).toISOString();
  const { id } = (await api("POST /callbacks", { userId: 7, scheduledFor: at, callbackReason: TURNED })).body;
  expect((await api(`GET /callbacks/${id}`)).body.callbackReason).toBe(READ);
  expect((await api(`GET /callbacks?search=${encodeURIComponent(TURNED)}`)).body.callbacks).toHaveLength(1);
  await api("POST /callbacks/cancel", { callbackId: id, reason: TURNED });
  expect((await api(`GET /callbacks/${id}`)).body.cancelReason).toBe(READ);
  const call = { userId: 7, direction: "inbound", status: "completed", agentId: agent.id };
  const made = (await api("POST /calls", call)).body;
  await api(`POST /calls/${made.id}/outcome`, { outcomeType: "answered", notes: TURNED });
  expect(await db.callSession.findFirst()).toMatchObject({ notes: READ });
  await api("POST /cursor-tasks", { taskId: "t", conversationId: "c", toolName: TURNED });
  expect((await api("GET /cursor-tasks/t")).body.toolName).toBe(READ);
  await refused("POST /agents", { ...ann, email: "x@example.test", firstName: "\u202e\u202c" }, [400, "invalid_input"]);
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

describe("PATCH /agents/:agentId", () => {
  test("changes what is given and nothing else, and the audit says what without a name", async () => {
    const { id } = (await api("POST /agents", { ...ann, team: "North" })).body;
    const changed = await api(`PATCH /agents/${id}`, { lastName: "Able", allowedQueues: ["unsigned_users"] });
    expect(changed.body).toMatchObject({ ...ann, lastName: "Able", team: "North", allowedQueues: ["unsigned_users"] });
    expect((await api(`PATCH /agents/${id}`, { team: null })).body).toMatchObject({ lastName: "Able", team: null });
    const entries = await db.$queryRaw`SELECT details FROM audit_entries WHERE action = 'agent.changed' ORDER BY id`;
    expect(entries).toEqual([
      { details: { changed: ["lastName", "allowedQueues"], allowedQueues: ["unsigned_users"] } },
      { details: { changed: ["team"] } },
    ]);
  });

  test("409 for an address of another, 404 for nobody, 400 for nothing or nonsense; nothing written", async () => {
    const { id } = (await api("POST /agents", ann)).body;
    await api("POST /agents", { ...ann, email: "ben@example.test" });
    await refused(`PATCH /agents/${id}`, { email: "BEN@example.test" }, [409, "conflict"]);
    await refused("PATCH /agents/999", { team: "North" }, [404, "not_found"]);
    for (const body of [{}, { allowedQueues: ["x"] }, { firstName: " " }, { isActive: false }])
      await refused(`PATCH /agents/${id}`, body, [400, "invalid_input"]);
  });

  test("an agent's waiting entries are routed by the new rights at the next tick", async () => {
    const [first, second] = [await anAgent(), await anAgent()];
    await aCallback({ preferredAgentId: first });
    await tick();
    expect(await liveEntries()).toMatchObject([{ agentId: first }]);
    await api(`PATCH /agents/${first}`, { allowedQueues: [] });
    await tick();
    expect(await liveEntries()).toMatchObject([{ agentId: second }]);
  });
});

test("a promise for an agent who cannot take it warns at once", async () => {
  const userId = String(await aUser());
  const notice = async (preferredAgentId: number, scheduledFor: string) =>
    ((await api("POST /callbacks", { userId, preferredAgentId, scheduledFor })).body.conflicts as string[]).at(-1) ??
    null;
  const [soon, tomorrow] = ["2026-03-02T09:30:00Z", "2026-03-03T10:00:00Z"];
  const resting = await anAgent({ name: "Ann", status: "break" });
  expect(await notice(resting, soon)).toMatch(/^Ann .*is on break now; if that is still so at the time/);
  expect(await notice(resting, tomorrow)).toBeNull();
  expect(await notice(await anAgent({ name: "Ben" }), soon)).toBeNull();
  const other = await anAgent({ name: "Cleo", queues: ["unsigned_users"] });
  expect(await notice(other, tomorrow)).toMatch(/^Cleo .*does not work the queue “Documents due”/);
  await db.agent.update({ where: { id: other }, data: { isActive: false, inactiveSince: START } });
  expect(await notice(other, tomorrow)).toMatch(/^Cleo .*does not work here any more/);
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
  test("200 with the due callbacks, 304 while nothing changes, 200 when it does", async () => {
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
