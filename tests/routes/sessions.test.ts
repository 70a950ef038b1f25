/** The rights of a cookie: before and after signing in, when it ends, and when somebody has changed it. */
import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { execute, sql } from "#lib/database/sql";
import { unknownRoute } from "#lib/http/unknown";
import { staffAuth } from "#lib/identity/staff-auth";
import { anAgent, aUser } from "#tests/factories/desk";
import { aSession, anAccount, PASSWORD } from "#tests/factories/staff";
import { db } from "#tests/setup/database";
import { api, refused, routes } from "./api.ts";
import { call } from "./call.ts";
import { asSupervisor, cookieOf, ownPage, signedIn, withCopy } from "./signed-in.ts";

type Headers = Record<string, string>;

const me = (headers: Headers) => api("GET /me", undefined, { headers });
const cookies = ({ cookie = "" }: Headers) =>
  new Map(cookie.split("; ").map((pair) => [pair.split("=")[0]!, pair.slice(pair.indexOf("=") + 1)]));
const browserWith = (jar: Map<string, string>): Headers => ({
  ...ownPage,
  cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; "),
});
const TOKEN = "ringback.session_token";
const COPY = "ringback.session_data";

test("A6: a cookie that was planted before a sign-in is not the one after it", async () => {
  const [stranger, owner] = [await anAccount(), await anAccount()];
  const planted = await signedIn(stranger.email);
  const answer = await api(
    "POST /sign-in",
    { email: owner.email, password: PASSWORD },
    { as: "none", headers: planted },
  );
  const signed = { ...ownPage, cookie: cookieOf(answer, planted.cookie) };
  expect(cookies(signed).get(TOKEN)).not.toBe(cookies(planted).get(TOKEN));
  expect((await me(signed)).body.email).toBe(owner.email);
  await refused("GET /me", undefined, [401, "unauthenticated"], { headers: planted });
});

test("A6: every sign-in makes a session of its own", async () => {
  const { email } = await anAccount();
  const [one, two] = [await signedIn(email), await signedIn(email)];
  expect(cookies(one).get(TOKEN)).not.toBe(cookies(two).get(TOKEN));
});

type Ending = (id: string, headers: Headers, desk: number) => Promise<{ status: number } | number>;
const change = (body: object) => async (id: string) =>
  api(`PATCH /staff/${id}`, body, { headers: await asSupervisor() });
const endings: [string, Ending][] = [
  ["it is signed out", (_, headers) => api("POST /sign-out", {}, { headers })],
  [
    "another browser signs out everywhere",
    async (id) => api("POST /sign-out", { everywhere: true }, { headers: { ...ownPage, cookie: await aSession(id) } }),
  ],
  ["the account is disabled", change({ isDisabled: true })],
  ["the role is another", change({ role: "supervisor" })],
  ["the desk is another", async (id) => change({ agentId: await anAgent() })(id)],
  [
    "the password is changed in another browser",
    async (id) => {
      const headers = { ...ownPage, cookie: await aSession(id) };
      const passwords = { currentPassword: PASSWORD, newPassword: "another right horse" };
      return api("PUT /me/password", passwords, { headers });
    },
  ],
  [
    "the password is set with an invitation",
    async (id) => {
      const { body } = await api(`POST /staff/${id}/invitation`, {}, { headers: await asSupervisor() });
      return api("POST /welcome", { invitation: body.invitation, newPassword: "another right horse" }, { as: "none" });
    },
  ],
  [
    "it is too old",
    (id) => execute(db, sql`UPDATE staff_sessions SET expires_at = clock_timestamp() WHERE account_id = ${id}`),
  ],
];

test.each(endings)(
  "A6: a session ends at the very next request when %s, also with a valid signed copy",
  async (_, end) => {
    const desk = await anAgent();
    const { id } = await anAccount({ agentId: desk });
    const headers = await withCopy({ ...ownPage, cookie: await aSession(id) });
    expect((await me(headers)).status).toBe(200);
    expect([...cookies(headers).keys()]).toEqual([TOKEN, COPY]);
    const done = await end(id, headers, desk);
    if (typeof done === "object") expect([200, 201]).toContain(done.status);
    await refused("GET /me", undefined, [401, "unauthenticated"], { headers });
    await refused("POST /queue/next", {}, [401, "unauthenticated"], { headers });
  },
);

test("A6: a session ends with the role it was made for, and the next sign-in has the new one", async () => {
  const { id, email } = await anAccount({ agentId: await anAgent() });
  await signedIn(email);
  await api(`PATCH /staff/${id}`, { role: "supervisor" }, { headers: await asSupervisor() });
  expect((await me(await signedIn(email))).body).toMatchObject({ role: "supervisor", agentId: null });
});

test("A6: who signs out is off shift at once, or after the call; a desk open in another browser stays", async () => {
  const [alone, twice, calling] = [await aDesk(), await aDesk(), await aDesk()];
  await aSession(twice.id);
  const caller = { userId: String(await aUser()), direction: "inbound", status: "in_progress" };
  await api("POST /calls", { ...caller, agentId: calling.agentId });
  for (const { headers } of [alone, twice, calling]) await api("POST /sign-out", {}, { headers });
  expect(await shiftOf(alone.agentId)).toEqual(["offline", null]);
  expect(await shiftOf(twice.agentId)).toEqual(["available", null]);
  expect(await shiftOf(calling.agentId)).toEqual(["on_call", "offline"]);
});

test("A6: who signs in over somebody else ends that session and shift, with or without a second factor; the same person again stays", async () => {
  const [replaced, waiting, again] = [await aDesk(), await aDesk(), await aDesk()];
  const [next, careful] = [await anAccount(), await anAccount()];
  await api("POST /me/second-factor", { password: PASSWORD }, { headers: await signedIn(careful.email) });
  await db.staffAccount.update({ where: { id: careful.id }, data: { twoFactorEnabled: true } });
  for (const [before, email] of [
    [replaced, next.email],
    [waiting, careful.email],
    [again, again.email],
  ] as const) {
    await api("POST /sign-in", { email, password: PASSWORD }, { as: "none", headers: before.headers });
    await refused("GET /me", undefined, [401, "unauthenticated"], { headers: before.headers });
  }
  expect(await shiftOf(replaced.agentId)).toEqual(["offline", null]);
  expect(await shiftOf(waiting.agentId)).toEqual(["offline", null]);
  expect(await shiftOf(again.agentId)).toEqual(["available", null]);
});

/** An available agent, signed in in a browser. */
async function aDesk() {
  const agentId = await anAgent();
  const account = await anAccount({ agentId });
  return { ...account, agentId, headers: { ...ownPage, cookie: await aSession(account.id) } };
}
const shiftOf = async (agentId: number) => {
  const { status, afterCall } = await db.agentSession.findFirstOrThrow({ where: { agentId, logoutAt: null } });
  return [status, afterCall];
};

type Session = { sessionId: string; device: string; browser: string | null; lastSeenAt: string; isCurrent: boolean };
const sessionsOf = async (headers: Headers) =>
  (await api("GET /me/sessions", undefined, { headers })).body.sessions as Session[];
const idOf = async (headers: Headers) => (await sessionsOf(headers)).find(({ isCurrent }) => isCurrent)?.sessionId;

test("A6: a person ends one of their own sessions, then all but this; a session of another person does not exist", async () => {
  const [{ id }, stranger] = [await anAccount({ agentId: await anAgent() }), await anAccount()];
  const aBrowser = async (of: string) => ({ ...ownPage, cookie: await aSession(of) });
  const [here, lost, left, theirs] = [
    await aBrowser(id),
    await aBrowser(id),
    await aBrowser(id),
    await aBrowser(stranger.id),
  ];
  const statuses = async () => Promise.all([here, lost, left, theirs].map(async (one) => (await me(one)).status));
  expect((await sessionsOf(here)).map(({ isCurrent }) => isCurrent)).toEqual([true, false, false]);
  for (const foreign of [await idOf(theirs), "nobodys-session"])
    await refused(`DELETE /me/sessions/${foreign}`, undefined, [404, "not_found"], { headers: here });
  expect(await statuses()).toEqual([200, 200, 200, 200]);
  await api(`DELETE /me/sessions/${await idOf(lost)}`, undefined, { headers: here });
  expect(await statuses()).toEqual([200, 401, 200, 200]);
  await api("POST /me/sessions/end-others", {}, { headers: here });
  expect(await statuses()).toEqual([200, 401, 401, 200]);
});

test("A6: the list of sessions names each browser and when it was last used, and contains no token", async () => {
  const { id, email } = await anAccount();
  const userAgent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0";
  const headers = { ...ownPage, "user-agent": userAgent };
  const signed = await api("POST /sign-in", { email, password: PASSWORD }, { as: "none", headers });
  const here = { ...headers, cookie: cookieOf(signed) };
  const other = { ...ownPage, cookie: await aSession(id) };
  await execute(
    db,
    sql`UPDATE staff_sessions SET updated_at = updated_at - interval '1 hour', expires_at = expires_at - interval '1 hour'`,
  );
  const before = await sessionsOf(here);
  expect(before).toMatchObject([
    { device: "Windows computer", browser: "Edge", isCurrent: true },
    { device: "computer", browser: null, isCurrent: false },
  ]);
  for (const { cookie } of [here, other])
    expect(JSON.stringify(before)).not.toContain(decodeURIComponent(cookie).split("=")[1]!.split(".")[0]!);
  await me(other);
  const seen = (list: Session[], sessionId: string) =>
    Date.parse(list.find((one) => one.sessionId === sessionId)!.lastSeenAt);
  const otherId = before[1]!.sessionId;
  expect(seen(await sessionsOf(here), otherId)).toBeGreaterThan(seen(before, otherId) + 3_000_000);
});

test("A9: every cookie is out of reach of scripts and of other sites", async () => {
  const { email } = await anAccount();
  const answer = await api("POST /sign-in", { email, password: PASSWORD }, { as: "none", headers: ownPage });
  const set = [...answer.headers.getSetCookie(), ...(await me(await signedIn(email))).headers.getSetCookie()];
  expect(set.length).toBeGreaterThan(2);
  for (const line of set) {
    expect(line).toMatch(/; HttpOnly/i);
    expect(line).toMatch(/; SameSite=Lax/i);
    expect(line).toMatch(/; Path=\/(;|$)/i);
    expect(line).not.toMatch(/; Domain=/i);
  }
});

test("A6: a cookie that was changed, or signed with another secret, is nobody's", async () => {
  const { email } = await anAccount();
  const headers = await signedIn(email);
  const [token = "", mark = ""] = decodeURIComponent(cookies(headers).get(TOKEN) ?? "").split(".");
  const other = createHmac("sha256", "another-secret-of-thirty-two-characters").update(token).digest("base64");
  const wrong = [token, `${token}.`, `${token}.${other}`, `${token}.${mark.slice(1)}`, `${token}x.${mark}`, `.${mark}`];
  for (const value of wrong) {
    const jar = cookies(headers).set(TOKEN, encodeURIComponent(value));
    expect((await me(browserWith(jar))).status, value).toBe(401);
    jar.delete(COPY);
    expect((await me(browserWith(jar))).status, value).toBe(401);
  }
});

test("A6: the signed copy alone opens nothing, and a copy that was changed is not believed", async () => {
  const [mine, theirs] = [await anAccount(), await anAccount()];
  const headers = await withCopy(await signedIn(mine.email));
  const alone = cookies(headers);
  alone.delete(TOKEN);
  expect((await me(browserWith(alone))).status).toBe(401);
  const theirToken = decodeURIComponent((await aSession(theirs.id)).split("=")[1]!).split(".")[0]!;
  const copy = JSON.parse(Buffer.from(cookies(headers).get(COPY)!, "base64url").toString());
  const changed = structuredClone(copy);
  changed.session.session.token = theirToken;
  changed.session.session.userId = theirs.id;
  changed.session.user.id = theirs.id;
  const forged = cookies(headers).set(COPY, Buffer.from(JSON.stringify(changed)).toString("base64url"));
  expect((await me(browserWith(forged))).body.email).toBe(mine.email);
});

test("A9: nobody signs up, and no route of the library behind signing in is served", async () => {
  const paths = Object.values((await staffAuth(db)).api).flatMap(({ path }: { path?: string }) => (path ? [path] : []));
  expect(paths).toContain("/sign-up/email");
  const served = routes.map(({ path }) => path);
  expect(served.filter((path) => path.startsWith("/auth"))).toEqual([]);
  expect(served.filter((path) => paths.includes(path))).toEqual(["/sign-out"]);
  for (const method of ["GET", "POST"]) {
    const answer = await call(unknownRoute, method, { headers: ownPage });
    expect([answer.status, answer.body.code]).toEqual([404, "not_found"]);
  }
});
