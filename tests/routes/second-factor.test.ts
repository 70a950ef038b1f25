/** A second factor, from its creation with the password to its removal with the password. */
import { expect, test } from "vitest";
import { anAccount, PASSWORD } from "#tests/factories/staff";
import { codeOf } from "#tests/factories/totp";
import { db } from "#tests/setup/database";
import { api, refused } from "./api.ts";
import { asSupervisor, cookieOf, ownPage, signedIn } from "./signed-in.ts";

type Headers = Record<string, string>;

const me = (headers: Headers) => api("GET /me", undefined, { headers });

/** An account with a confirmed second factor; the code of this very moment is used up. */
async function withFactor() {
  const { id, email } = await anAccount();
  const first = await signedIn(email);
  const made = await api("POST /me/second-factor", { password: PASSWORD }, { headers: first });
  const { uri, backupCodes } = made.body as { uri: string; backupCodes: string[] };
  const confirmed = await api("POST /me/second-factor/confirm", { code: codeOf(uri) }, { headers: first });
  expect(confirmed.status, confirmed.text).toBe(200);
  return { id, email, uri, backupCodes, headers: { ...first, cookie: cookieOf(confirmed, first.cookie) } };
}

/** A browser that has sent the password and must send the code next. */
async function halfway(email: string): Promise<Headers> {
  const answer = await api("POST /sign-in", { email, password: PASSWORD }, { as: "none", headers: ownPage });
  expect(answer.body).toEqual({ next: "second_factor" });
  return { ...ownPage, cookie: cookieOf(answer) };
}

const send = (code: string, headers: Headers) => api("POST /sign-in/second-factor", { code }, { as: "none", headers });

/** Six digits that the authenticator shows at no time around now. */
const wrongCode = (uri: string, n = 0) => {
  const near = [-2, -1, 0, 1, 2].map((ahead) => codeOf(uri, ahead));
  return ["000000", "111111", "222222", "333333", "444444", "555555", "666666", "777777", "888888", "999999"].filter(
    (code) => !near.includes(code),
  )[n]!;
};

test("with a second factor a sign-in asks for a code, and the right one signs in", async () => {
  const { email, uri, headers } = await withFactor();
  expect((await me(headers)).body).toMatchObject({ email, hasSecondFactor: true });
  const browser = await halfway(email);
  const answer = await send(codeOf(uri, 1), browser);
  expect(answer.body).toEqual({ next: "signed_in" });
  expect((await me({ ...ownPage, cookie: cookieOf(answer, browser.cookie) })).body.email).toBe(email);
});

test("A8: before the code there is no session, with any cookies that the password alone brought", async () => {
  const { email } = await withFactor();
  const before = await db.staffSession.count();
  const answer = await api("POST /sign-in", { email, password: PASSWORD }, { as: "none", headers: ownPage });
  const pairs = answer.headers.getSetCookie().map((line) => line.split(";")[0]!);
  const every = pairs.filter((pair) => !pair.endsWith("=")).join("; ");
  for (const cookie of [cookieOf(answer), every]) {
    await refused("GET /me", undefined, [401, "unauthenticated"], { headers: { ...ownPage, cookie } });
    await refused("PUT /me/password", {}, [401, "unauthenticated"], { headers: { ...ownPage, cookie } });
  }
  expect(await db.staffSession.count()).toBe(before);
  expect(answer.headers.getSetCookie().join()).not.toContain("ringback.device=");
});

test("a second factor that was not confirmed asks for nothing", async () => {
  const { email } = await anAccount();
  const headers = await signedIn(email);
  const made = await api("POST /me/second-factor", { password: PASSWORD }, { headers });
  await refused("POST /me/second-factor/confirm", { code: wrongCode(String(made.body.uri)) }, [400, "invalid_input"], {
    headers,
  });
  const again = await api("POST /sign-in", { email, password: PASSWORD }, { as: "none", headers: ownPage });
  expect(again.body).toEqual({ next: "signed_in" });
});

test("a code signs in once: the same one is refused in another browser, and the one it was confirmed with, too", async () => {
  const { email, uri } = await withFactor();
  const code = codeOf(uri, 1);
  expect((await send(codeOf(uri), await halfway(email))).body.code).toBe("unauthenticated");
  expect((await send(code, await halfway(email))).status).toBe(200);
  const before = await db.staffSession.count();
  const again = await send(code, await halfway(email));
  expect([again.status, again.headers.getSetCookie()]).toEqual([401, []]);
  expect(await db.staffSession.count()).toBe(before);
});

test("of many browsers that send the same code at once one is signed in", async () => {
  const { email, uri } = await withFactor();
  const browsers = [await halfway(email), await halfway(email), await halfway(email), await halfway(email)];
  const before = await db.staffSession.count();
  const code = codeOf(uri, 1);
  const answers = await Promise.all(browsers.map((headers) => send(code, headers)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
  expect(await db.staffSession.count()).toBe(before + 1);
});

test("a backup code signs in once in place of the authenticator", async () => {
  const { email, backupCodes } = await withFactor();
  const [code = ""] = backupCodes;
  const browser = await halfway(email);
  const answer = await send(code, browser);
  expect((await me({ ...ownPage, cookie: cookieOf(answer, browser.cookie) })).body.email).toBe(email);
  expect((await send(code, await halfway(email))).status).toBe(401);
  expect((await send("AAAAA-bbbbb", await halfway(email))).status).toBe(401);
});

test("a code without the password before it, or of another account, signs nobody in", async () => {
  const [mine, theirs] = [await withFactor(), await withFactor()];
  expect((await send(codeOf(mine.uri, 1), ownPage)).status).toBe(401);
  expect((await send(codeOf(theirs.uri, 1), await halfway(mine.email))).status).toBe(401);
  expect((await send(theirs.backupCodes[0]!, await halfway(mine.email))).status).toBe(401);
});

test("a code finishes the sign-in that is under way, also when another person is signed in in this browser, and confirms nothing else", async () => {
  const { email, uri, headers } = await withFactor();
  expect((await send(codeOf(uri, 1), headers)).status).toBe(401);
  const other = await anAccount();
  const theirs = await signedIn(other.email);
  const made = await api("POST /me/second-factor", { password: PASSWORD }, { headers: theirs });
  expect((await send(codeOf(String(made.body.uri)), theirs)).status).toBe(401);
  expect((await me(theirs)).body.hasSecondFactor).toBe(false);
  const { cookie } = await halfway(email);
  const answer = await send(codeOf(uri, 1), { ...ownPage, cookie: `${theirs.cookie}; ${cookie}` });
  expect((await me({ ...ownPage, cookie: cookieOf(answer, theirs.cookie) })).body.email).toBe(email);
});

test("five wrong codes end a sign-in, and ten in a row stop the account for a while, also for the right code", async () => {
  const { email, uri } = await withFactor();
  const statuses: number[] = [];
  const browsers = [await halfway(email), await halfway(email)];
  for (const browser of browsers) {
    for (const n of [0, 1, 2, 3, 4]) statuses.push((await send(wrongCode(uri, n), browser)).status);
    expect((await send(codeOf(uri, 1), browser)).status).toBe(browser === browsers[0] ? 401 : 429);
  }
  expect(new Set(statuses)).toEqual(new Set([401]));
  const locked = await send(codeOf(uri, 1), await halfway(email));
  expect([locked.status, Number(locked.headers.get("retry-after")) > 0]).toEqual([429, true]);
});

test("a second factor is taken away, or made anew, with the password alone and not without it", async () => {
  const { email, uri, headers } = await withFactor();
  await refused("POST /me/second-factor/disable", { password: "wrong" }, [400, "invalid_input"], { headers });
  await refused("POST /me/second-factor/disable", {}, [400, "invalid_input"], { headers });
  await refused("POST /me/second-factor", { password: PASSWORD }, [409, "conflict"], { headers });
  expect((await send(codeOf(uri, 1), await halfway(email))).status).toBe(200);
  expect((await api("POST /me/second-factor/disable", { password: PASSWORD }, { headers })).status).toBe(200);
  const signIn = await api("POST /sign-in", { email, password: PASSWORD }, { as: "none", headers: ownPage });
  expect(signIn.body).toEqual({ next: "signed_in" });
});

test("guessing the password of a second factor is stopped, in a browser that is signed in, too", async () => {
  const { headers } = await withFactor();
  const statuses: number[] = [];
  for (let n = 0; n < 12; n += 1) {
    statuses.push((await api("POST /me/second-factor/disable", { password: `guess ${n}` }, { headers })).status);
  }
  expect(statuses.slice(0, 8)).toEqual(Array(8).fill(400));
  expect(statuses.slice(-2)).toEqual([429, 429]);
});

test("secret and backup codes are not in the database as plain text, and the actions are in the audit", async () => {
  const { id, uri, backupCodes } = await withFactor();
  const kept = JSON.stringify(await db.staffTwoFactor.findMany());
  for (const word of [new URL(uri).searchParams.get("secret")!, ...backupCodes]) expect(kept).not.toContain(word);
  const { body } = await api("GET /audit?action=staff.second_factor_on", undefined, { headers: await asSupervisor() });
  expect(body.entries).toMatchObject([{ actor: `supervisor ${id}`, subject: `account ${id}` }]);
});
