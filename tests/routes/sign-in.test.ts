import { expect, test } from "vitest";
import { anAgent, aCallback } from "#tests/factories/desk";
import { anAccount, PASSWORD } from "#tests/factories/staff";
import { db } from "#tests/setup/database";
import { api, refused } from "./api.ts";
import { asAgent, asSupervisor, cookieOf, ownPage, signedIn } from "./signed-in.ts";

test("a person signs in, is known at the next request, and a copy of the cookie is worth nothing after sign-out", async () => {
  const agentId = await anAgent();
  const { email } = await anAccount({ agentId });
  const headers = await signedIn(email);
  const stolen = { ...headers };
  expect((await api("GET /me", undefined, { headers })).body).toMatchObject({ role: "agent", agentId, email });
  expect((await api("POST /sign-out", {}, { headers })).status).toBe(200);
  expect((await api("GET /me", undefined, { headers: stolen })).body.code).toBe("unauthenticated");
});

test("signing out everywhere ends the sessions of every browser", async () => {
  const { email } = await anAccount();
  const [one, two] = [await signedIn(email), await signedIn(email)];
  await api("POST /sign-out", { everywhere: true }, { headers: one });
  expect((await api("GET /me", undefined, { headers: two })).status).toBe(401);
});

test("a wrong password, an unknown address and a disabled account are refused in the same words", async () => {
  const { email } = await anAccount();
  const disabled = await anAccount();
  await db.staffAccount.update({ where: { id: disabled.id }, data: { disabledAt: new Date() } });
  const tried = [
    await api("POST /sign-in", { email, password: "wrong" }, { as: "none", headers: ownPage }),
    await api("POST /sign-in", { email: "nobody@example.test", password: PASSWORD }, { as: "none", headers: ownPage }),
    await api("POST /sign-in", { email: disabled.email, password: PASSWORD }, { as: "none", headers: ownPage }),
  ];
  const [words] = tried.map(({ body }) => body.detail);
  for (const { status, body, headers } of tried) {
    expect([status, body.detail]).toEqual([401, words]);
    expect(headers.getSetCookie()).toEqual([]);
  }
});

test("guessing is stopped for the account, and its owner still signs in from a browser that is known", async () => {
  const { email } = await anAccount();
  const known = await signedIn(email);
  const statuses: number[] = [];
  for (let n = 0; n < 12; n += 1) {
    statuses.push(
      (await api("POST /sign-in", { email, password: `guess ${n}` }, { as: "none", headers: ownPage })).status,
    );
  }
  expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
  const locked = await api("POST /sign-in", { email, password: PASSWORD }, { as: "none", headers: ownPage });
  expect([locked.status, Number(locked.headers.get("retry-after")) > 0]).toEqual([429, true]);
  expect((await api("POST /sign-in", { email, password: PASSWORD }, { as: "none", headers: known })).status).toBe(200);
});

test("a changed password ends the sessions of other browsers, and the old one signs nobody in", async () => {
  const { email } = await anAccount();
  const [mine, other] = [await signedIn(email), await signedIn(email)];
  const change = { currentPassword: PASSWORD, newPassword: "another right horse" };
  const answer = await api("PUT /me/password", change, { headers: mine });
  expect(answer.status, answer.text).toBe(200);
  expect((await api("GET /me", undefined, { headers: other })).status).toBe(401);
  expect(
    (await api("GET /me", undefined, { headers: { ...mine, cookie: cookieOf(answer, mine.cookie) } })).status,
  ).toBe(200);
  await refused("POST /sign-in", { email, password: PASSWORD }, [401, "unauthenticated"], {
    as: "none",
    headers: ownPage,
  });
  await signedIn(email, change.newPassword);
});

test("A7: a password that is easy to guess is refused with a sentence that says why, and the old one stays", async () => {
  const { email } = await anAccount();
  const headers = await signedIn(email);
  for (const newPassword of ["aaaaaaaaaaaa", email, "password1234"]) {
    const change = { currentPassword: PASSWORD, newPassword };
    const answer = await api("PUT /me/password", change, { headers });
    expect([answer.status, answer.body.code]).toEqual([400, "invalid_input"]);
    expect(answer.body.detail).toMatch(/^This password .*, so it is easy to guess; choose a few words of your own\.$/);
  }
  await signedIn(email);
});

test("an agent sees their own desk and no other", async () => {
  const [ann, ben] = [await anAgent(), await anAgent()];
  const [mine, theirs] = [await aCallback({ preferredAgentId: ann }), await aCallback({ preferredAgentId: ben })];
  const headers = await asAgent(ann);
  expect((await api(`GET /callbacks/${mine}`, undefined, { headers })).status).toBe(200);
  await refused(`GET /callbacks/${theirs}`, undefined, [404, "not_found"], { headers });
  await refused(`GET /agents/${ben}/pending-callbacks`, undefined, [403, "forbidden"], { headers });
  await refused("POST /callbacks/accept", { callbackId: theirs, agentId: ann }, [404, "not_found"], { headers });
  await refused("POST /callbacks/accept", { callbackId: mine, agentId: ben }, [403, "forbidden"], { headers });
  expect((await api("POST /callbacks/accept", { callbackId: mine }, { headers })).status).toBe(200);
  const listed = await api("GET /callbacks", undefined, { headers });
  expect((listed.body.callbacks as { id: number }[]).map(({ id }) => id)).toEqual([mine]);
});

test("a supervisor sees every desk", async () => {
  const theirs = await aCallback({ preferredAgentId: await anAgent() });
  const headers = await asSupervisor();
  expect((await api(`GET /callbacks/${theirs}`, undefined, { headers })).status).toBe(200);
  expect((await api("GET /debug/callback-monitoring", undefined, { headers })).status).toBe(200);
});
