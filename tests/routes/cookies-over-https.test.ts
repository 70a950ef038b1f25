/** With an https address every cookie is bound to it. The environment is read once, so this is a file of its own. */
import { expect, test } from "vitest";
import { anAccount, PASSWORD } from "#tests/factories/staff";
import { api } from "./api.ts";
import type { Got } from "./call.ts";
import { cookieOf, ownPage, withCopy } from "./signed-in.ts";

process.env.RINGBACK_URL = "https://desk.example.test";

/** The first request loads the app; where that takes longer than a request may, it is answered with 503, and a client tries again. */
async function signIn(email: string): Promise<Got> {
  const answer = await api("POST /sign-in", { email, password: PASSWORD }, { as: "none", headers: ownPage });
  return answer.status === 503 ? signIn(email) : answer;
}

test("A9: with an https address every cookie is Secure and __Host-, and the session they hold is known and ends", async () => {
  const { email } = await anAccount();
  const answer = await signIn(email);
  const set = answer.headers.getSetCookie();
  expect(set.map((line) => line.split("=")[0]).sort()).toEqual([
    "__Host-ringback.device",
    "__Host-ringback.session_data",
    "__Host-ringback.session_token",
  ]);
  for (const line of set) {
    expect(line).toMatch(/; Secure/i);
    expect(line).toMatch(/; HttpOnly/i);
    expect(line).toMatch(/; SameSite=Lax/i);
    expect(line).toMatch(/; Path=\/(;|$)/i);
    expect(line).not.toMatch(/; Domain=/i);
  }
  const headers = await withCopy({ ...ownPage, cookie: cookieOf(answer) });
  expect((await api("GET /me", undefined, { headers })).body.email).toBe(email);
  await api("POST /sign-out", {}, { headers });
  expect((await api("GET /me", undefined, { headers })).status).toBe(401);
});

test("A9: a cookie without the __Host- of an https address, which a neighbouring site could set, is not read", async () => {
  const { email } = await anAccount();
  const answer = await signIn(email);
  const cookie = cookieOf(answer).replaceAll("__Host-", "");
  expect((await api("GET /me", undefined, { headers: { ...ownPage, cookie } })).status).toBe(401);
});
