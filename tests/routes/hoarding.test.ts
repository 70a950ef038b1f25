/** One agent or one machine client cannot take up everything, and no regular expression can be made to run for long. */
import { expect, test } from "vitest";
import { aCallback, anAgent, aUser } from "#tests/factories/desk";
import { advance } from "#tests/setup/database";
import { api, document, refused } from "./api.ts";
import { asAgent, asSupervisor } from "./signed-in.ts";

test("R4: an agent holds at most as many accepted callbacks as the cap, and a supervisor sees who wanted more", async () => {
  const ann = await anAgent();
  const headers = await asAgent(ann);
  const ids: number[] = [];
  for (let n = 0; n < 11; n += 1) ids.push(await aCallback({ preferredAgentId: ann }));
  for (const callbackId of ids.slice(0, 10))
    expect((await api("POST /callbacks/accept", { callbackId }, { headers })).status).toBe(200);
  const answer = await refused("POST /callbacks/accept", { callbackId: ids[10] }, [429, "accept_limit"], { headers });
  expect(answer.headers.get("retry-after")).not.toBeNull();
  await api("POST /callbacks/release", { callbackId: ids[0] }, { headers });
  expect((await api("POST /callbacks/accept", { callbackId: ids[10] }, { headers })).status).toBe(200);
  const audit = await api("GET /audit?action=request.refused", undefined, { headers: await asSupervisor() });
  expect(audit.body.entries).toMatchObject([{ actor: `agent ${ann}`, details: { code: "accept_limit" } }]);
});

test("R4: nobody can make a number ring without end: a user has at most twenty open callbacks", async () => {
  const userId = String(await aUser());
  const promise = (n: number) => ({ userId, scheduledFor: `2026-03-02T10:${String(n).padStart(2, "0")}:00Z` });
  for (let n = 0; n < 20; n += 1) expect((await api("POST /callbacks", promise(n))).status).toBe(201);
  await refused("POST /callbacks", promise(20), [429, "promise_limit"]);
});

test("R4: an agent promises by hand so many times an hour; of two at the limit at once one succeeds", async () => {
  await api("PATCH /settings/agentPromisesPerHour", { value: 3 }, { headers: await asSupervisor() });
  const ann = await anAgent();
  const headers = await asAgent(ann);
  const userId = String(await aUser());
  const call = { userId, agentId: ann, direction: "inbound", status: "in_progress" };
  const { id } = (await api("POST /calls", call)).body;
  const promise = (n: number) =>
    api("POST /callbacks", { userId, scheduledFor: `2026-03-02T1${n}:00:00Z` }, { headers });
  for (const n of [0, 1]) expect((await promise(n)).status).toBe(201);
  const two = await Promise.all([promise(2), promise(3)]);
  expect(two.map(({ status }) => status).sort()).toEqual([201, 429]);
  const answer = await promise(4);
  expect([answer.status, answer.body.code, answer.headers.get("retry-after")]).toEqual([429, "promise_limit", "3600"]);
  const outcome = { outcomeType: "call_back", callback: { scheduledFor: "2026-03-02T15:00:00Z" } };
  expect((await api(`POST /calls/${id}/outcome`, outcome, { headers })).body.newCallbackId).not.toBeNull();
  await advance({ minutes: 60 });
  expect((await promise(6)).status).toBe(201);
});

test("R7: no pattern that sees what people send runs away on fifty kilobytes made for it", () => {
  const patterns = new Set<string>();
  const look = (schema: unknown): void => {
    if (typeof schema !== "object" || schema === null) return;
    const { pattern } = schema as { pattern?: unknown };
    if (typeof pattern === "string") patterns.add(pattern);
    for (const inner of Object.values(schema)) look(inner);
  };
  look(document);
  expect(patterns.size).toBeGreaterThan(5);
  const seeds = ["a", "0", "-", ".", "a.", "0:", "a@", "a@a.", " ", "\t", "%", "=", "rbk_", "2026-03-02T", "+0"];
  // A pattern that backtracks without end takes years for one of these, and the test never ends.
  for (const pattern of patterns) {
    const compiled = new RegExp(pattern, "u");
    for (const seed of seeds) {
      const long = seed.repeat(50_000 / seed.length);
      for (const text of [long, `${long}!`, `!${long}`, `${long}\u0000`])
        expect(typeof compiled.test(text)).toBe("boolean");
    }
  }
});
