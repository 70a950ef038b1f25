import { expect, test } from "vitest";
import { untilAnswered } from "#tests/factories/at-once";
import { LIMITS } from "#declared";
import { currentLimits, forgetLimits } from "#lib/base/limits";
import { aCallback, anAgent } from "#tests/factories/desk";
import { api, refused } from "#tests/routes/api";
import { asAgent, asSupervisor } from "#tests/routes/signed-in";
import { db } from "#tests/setup/database";
import { SETTINGS } from "./rules.ts";

type Setting = { name: string; value: number; changedBy: string | null };

test("a limit that is set counts at the next request, says who set it, and is in the audit with the one before", async () => {
  const headers = await asSupervisor();
  const callbackId = await aCallback({ preferredAgentId: await anAgent() });
  const snooze = () => api("POST /callbacks/snooze", { callbackId, snoozeMinutes: 1 }, { headers });
  expect((await snooze()).body.data).toMatchObject({ snoozesLeft: 4 });
  for (const value of [9, 2]) await api("PATCH /settings/snoozeLimit", { value }, { headers });
  expect((await snooze()).body.data).toMatchObject({ snoozesLeft: 0 });
  expect((await snooze()).body.code).toBe("snooze_limit");
  const { body } = await api("GET /settings", undefined, { headers });
  const known = (body.settings as Setting[]).find(({ name }) => name === "snoozeLimit");
  expect(known).toMatchObject({ value: 2, changedBy: "Sam Staff" });
  const audit = await api("GET /audit?action=setting.changed", undefined, { headers });
  expect((audit.body.entries as { details: object }[]).map(({ details }) => details)).toEqual([
    { from: 9, to: 2 },
    { from: null, to: 9 },
  ]);
});

test("the settings that screens name are those that supervisors have set", async () => {
  const headers = await asSupervisor();
  const named = async () => (await api("GET /me", undefined, { headers: await asAgent(await anAgent()) })).body.desk;
  expect(await named()).toEqual({ decentHoursFrom: 8, decentHoursTo: 21, agentGraceSeconds: 120 });
  await api("PATCH /settings/decentHoursFrom", { value: 10 }, { headers });
  await api("PATCH /settings/agentGraceSeconds", { value: 300 }, { headers });
  expect(await named()).toEqual({ decentHoursFrom: 10, decentHoursTo: 21, agentGraceSeconds: 300 });
});

test("a limit that is left to the environment again is that of the environment", async () => {
  const headers = await asSupervisor();
  await api("PATCH /settings/agentCallbackCap", { value: 3 }, { headers });
  expect((await currentLimits(db)).agentCallbackCap).toBe(3);
  await api("PATCH /settings/agentCallbackCap", { value: null }, { headers });
  expect((await currentLimits(db)).agentCallbackCap).toBe(10);
});

test("a value that another instance has set counts as soon as the cached one is old", async () => {
  forgetLimits();
  expect((await currentLimits(db)).snoozeLimit).toBe(5);
  await db.deskSetting.create({ data: { name: "snoozeLimit", value: 1, changedBy: "other", changedAt: new Date() } });
  expect((await currentLimits(db)).snoozeLimit).toBe(5);
  forgetLimits();
  expect((await currentLimits(db)).snoozeLimit).toBe(1);
});

test("twenty changes at once leave one of them", async () => {
  const headers = await asSupervisor();
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      untilAnswered(() => api("PATCH /settings/snoozeLimit", { value: n + 1 }, { headers })),
    ),
  );
  // On a busy machine the last may wait for the lock longer than a request may; it is refused then and has changed nothing.
  const done = answers.filter(({ status }) => status === 200).length;
  expect(done).toBeGreaterThan(0);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(20 - done);
  expect(await db.deskSetting.count()).toBe(1);
});

test("a limit is refused beyond its range, which is that of its variable", async () => {
  const headers = await asSupervisor();
  for (const value of [0, 101, 1.5, "5", undefined]) {
    await refused("PATCH /settings/snoozeLimit", { value }, [400, "invalid_input"], { headers });
  }
  for (const { name, min, max } of SETTINGS) {
    const { status } = await api(`PATCH /settings/${name}`, { value: max + 1 }, { headers });
    const read = (value: number) => LIMITS[name].schema.safeParse(String(value)).success;
    const inRange = [min - 1, min, max, max + 1].map(read);
    expect({ name, status, inRange }).toEqual({ name, status: 400, inRange: [false, true, true, false] });
  }
});

test("a setting nobody knows, and anybody but a supervisor, is refused", async () => {
  await refused("PATCH /settings/retentionDays", { value: 1 }, [400, "invalid_input"], {
    headers: await asSupervisor(),
  });
  await refused("PATCH /settings/snoozeLimit", { value: 1 }, [403, "forbidden"], {
    headers: await asAgent(await anAgent()),
  });
});

test("a queue has its new name in every sentence for people, the audit has both names, and two queues never share one", async () => {
  const headers = await asSupervisor();
  const named = async (name: string | null) =>
    api("PATCH /queue-names", { queueType: "outstanding_requests", name }, { headers });
  expect((await named("  Papers ")).body).toMatchObject({
    queues: [
      { queueType: "unsigned_users", name: "Signature due", changedBy: null },
      { queueType: "outstanding_requests", name: "Papers", changedBy: "Sam Staff" },
    ],
  });
  const agentId = await anAgent({ name: "Ben", queues: ["unsigned_users"] });
  const callbackId = await aCallback();
  const accepted = await api("POST /callbacks/accept", { callbackId, agentId }, { headers });
  expect(accepted.body.detail).toContain("does not work the queue “Papers”");
  for (const name of ["signature DUE", " ", "x".repeat(41), "a\u0000b"]) expect((await named(name)).status).toBe(400);
  const asAnAgent = await asAgent(await anAgent());
  expect((await api("GET /queue-names", undefined, { headers: asAnAgent })).status).toBe(200);
  await refused("PATCH /queue-names", { queueType: "unsigned_users", name: "Mine" }, [403, "forbidden"], {
    headers: asAnAgent,
  });
  expect((await named(null)).body.queues).toMatchObject([{}, { name: "Documents due", changedBy: null }]);
  const audit = await api("GET /audit?action=queue.named", undefined, { headers });
  expect((audit.body.entries as { details: object }[]).map(({ details }) => details)).toEqual([
    { from: "Papers", to: "Documents due" },
    { from: "Documents due", to: "Papers" },
  ]);
});
