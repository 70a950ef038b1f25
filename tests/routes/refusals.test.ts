/** A supervisor sees refused callers in the audit; a stranger cannot fill it. */
import { expect, test } from "vitest";
import { anAgent } from "#tests/factories/desk";
import { api } from "./api.ts";
import { asAgent, asSupervisor } from "./signed-in.ts";

type Entry = { actor: string; subject: string; details: { code: string } };

async function refusals(): Promise<Entry[]> {
  const headers = await asSupervisor();
  const { body } = await api("GET /audit?action=request.refused", undefined, { headers });
  return (body.entries as Entry[]).map(({ actor, subject, details }) => ({ actor, subject, details }));
}

test("a supervisor revokes a key and sees its refusals, with the name it was given", async () => {
  const headers = await asSupervisor();
  const made = await api("POST /keys", { name: "Dialler", scopes: ["callbacks:read"] }, { headers });
  const key = { authorization: `Bearer ${made.body.key}` };
  expect((await api("GET /callbacks", undefined, { headers: key })).status).toBe(200);
  expect((await api("GET /agents", undefined, { headers: key })).status).toBe(403);
  await api(`DELETE /keys/${made.body.id}`, undefined, { headers });
  expect((await api("GET /callbacks", undefined, { headers: key })).status).toBe(401);
  expect(await refusals()).toEqual([
    { actor: "key 1", subject: "GET /api/callbacks", details: { code: "unauthenticated" } },
    { actor: "key 1", subject: "GET /api/agents", details: { code: "forbidden" } },
  ]);
});

test("an agent at the desk of another one, at a supervisor's route and on a foreign page is in the audit", async () => {
  const [ann, ben] = [await anAgent(), await anAgent()];
  const headers = await asAgent(ann);
  await api(`GET /agents/${ben}/pending-callbacks`, undefined, { headers });
  await api("GET /audit", undefined, { headers });
  await api("POST /callbacks/accept", { callbackId: 1 }, { headers: { ...headers, "sec-fetch-site": "cross-site" } });
  expect((await refusals()).map(({ actor, subject }) => [actor, subject])).toEqual([
    [`agent ${ann}`, "POST /api/callbacks/accept"],
    [`agent ${ann}`, "GET /api/audit"],
    [`agent ${ann}`, "GET /api/agents/:agentId/pending-callbacks"],
  ]);
});

test("of one caller ten refusals a minute are written, of a stranger none", async () => {
  const headers = await asAgent(await anAgent());
  for (let n = 0; n < 12; n += 1) await api("GET /audit", undefined, { headers });
  for (let n = 0; n < 3; n += 1) {
    await api("GET /audit", undefined, { headers: { authorization: "Bearer somebody-nobody-knows" } });
    await api("GET /audit", undefined, { as: "none" });
  }
  expect(await refusals()).toHaveLength(10);
});
