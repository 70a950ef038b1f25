/** Looking up a user by the full telephone number, as during an inbound call. */
import { expect, test } from "vitest";
import { anAgent, aUser } from "#tests/factories/desk";
import { advance } from "#tests/setup/database";
import { api, refused } from "./api.ts";
import { asAgent, asSupervisor } from "./signed-in.ts";

const aUserAt = async (phone: string, firstName = "Uma") => String(await aUser({ phone, firstName }));

test("A1: a user is found by the full number only, and is at the asking agent's desk for half an hour", async () => {
  const [ann, ben] = [await asAgent(await anAgent()), await asAgent(await anAgent())];
  const userId = await aUserAt("+44 (0)20 7946-0123");
  const story = (headers: Record<string, string>) => api(`GET /users/${userId}/story`, undefined, { headers });
  const lookUp = async (phone: string) => (await api("POST /users/lookup", { phone }, { headers: ann })).body.user;
  for (const part of ["+44 20 7946-012", "7946-0123", "020 7946 01230"]) expect(await lookUp(part)).toBeNull();
  expect((await story(ann)).status).toBe(404);
  for (const same of ["+44 20 7946 0123", "0044 2079460123", "(+44) 20.7946.0123"])
    expect(await lookUp(same)).toEqual({ userId, name: "Uma User", timeZone: "UTC", isZoneKnown: true });
  expect([(await story(ann)).status, (await story(ben)).status]).toEqual([200, 404]);
  const promise = { userId, scheduledFor: "2026-03-02T12:00:00Z" };
  expect((await api("POST /callbacks", promise, { headers: ann })).status).toBe(201);
  await advance({ minutes: 30 });
  expect((await story(ann)).status).toBe(404);
  await refused("POST /callbacks", promise, [404, "not_found"], { headers: ann });
});

test("a number as it is dialled within the country finds who is known by it, and of several who was called last", async () => {
  const agentId = await anAgent();
  const headers = await asAgent(agentId);
  const [, second] = [await aUserAt("020 7946 0123"), await aUserAt("(020) 7946 0123", "Una")];
  const call = { userId: second, direction: "inbound", status: "completed", durationSeconds: 5 };
  await api("POST /calls", call);
  const { user } = (await api("POST /users/lookup", { phone: "020-79460123" }, { headers })).body;
  expect(user).toMatchObject({ userId: second, name: "Una User" });
});

test("A1: look-ups are limited per agent and hour, found or not, and each is in the audit without the number", async () => {
  const supervisor = { headers: await asSupervisor() };
  await api("PATCH /settings/agentLookupsPerHour", { value: 3 }, supervisor);
  const agentId = await anAgent();
  const headers = await asAgent(agentId);
  const userId = await aUserAt("+1 555 0123");
  const lookUp = (phone: string) => api("POST /users/lookup", { phone }, { headers });
  await lookUp("+1 555 0123");
  const two = await Promise.all([lookUp("+1 555 0177"), lookUp("+1 555 0177"), lookUp("+1 555 0177")]);
  expect(two.map(({ status }) => status).sort()).toEqual([200, 200, 429]);
  await refused("POST /users/lookup", { phone: "+1 555 0123" }, [429, "too_many_requests"], { headers });
  const { body } = await api("GET /audit?action=user.looked_up", undefined, supervisor);
  const other = { actor: `agent ${agentId}`, subject: "a number ending in 77", details: { agentId, found: false } };
  expect(body.entries).toMatchObject([
    other,
    other,
    { actor: `agent ${agentId}`, subject: `user ${userId}`, details: { agentId, found: true } },
  ]);
  await advance({ minutes: 60 });
  expect((await lookUp("+1 555 0123")).status).toBe(200);
});

test("a telephone system looks up in the place of an agent, and for nobody else", async () => {
  const agentId = await anAgent();
  const userId = await aUserAt("+1 555 0123");
  expect((await api("POST /users/lookup", { agentId, phone: "+15550123" })).body.user).toMatchObject({ userId });
  expect((await api(`GET /users/${userId}/story`, undefined, { headers: await asAgent(agentId) })).status).toBe(200);
  await refused("POST /users/lookup", { agentId: 999, phone: "+15550123" }, [404, "not_found"]);
  for (const phone of ["", "1234", "%", "+1555012%", "uma", "1".repeat(33)])
    await refused("POST /users/lookup", { agentId, phone }, [400, "invalid_input"]);
});
