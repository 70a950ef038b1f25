/**
 * Limits on the cost of the slow hash of passwords. The environment is read once, so this is a file of its own.
 * @module-tag long
 */
import { createHook } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import type { Browser } from "#lib/base/context";
import { ADDRESS_HEADER } from "#lib/http/address";
import { acceptInvitation, signIn } from "#modules/access";
import { anAccount, PASSWORD } from "#tests/factories/staff";
import { aCtx } from "#tests/setup/ctx";
import { connectTest, db } from "#tests/setup/database";
import { api } from "./api.ts";
import { asSupervisor, ownPage, signedIn } from "./signed-in.ts";

Object.assign(process.env, { SIGN_INS_PER_QUARTER_HOUR: "10", REQUESTS_PER_MINUTE: "10000" });

/** Slow hashes of this process as Node itself counts them: begun so far, and the most that were under way at once. */
const hashes = { begun: 0, underWay: new Set<number>(), most: 0 };
createHook({
  init(id, type) {
    if (type !== "SCRYPTREQUEST") return;
    hashes.begun += 1;
    hashes.underWay.add(id);
    hashes.most = Math.max(hashes.most, hashes.underWay.size);
  },
  before: (id) => void hashes.underWay.delete(id),
}).enable();

type Headers = Record<string, string>;
let networks = 0;
function aNetwork(): Headers {
  networks += 1;
  return { [ADDRESS_HEADER]: `2001:db8:${networks.toString(16)}::1` };
}
const ask = (email: string, password: string) =>
  api("POST /sign-in", { email, password }, { as: "none", headers: { ...ownPage, ...aNetwork() } });
const welcome = (invitation: unknown, headers: Headers, newPassword = "a right new horse") =>
  api("POST /welcome", { invitation, newPassword }, { as: "none", headers: { ...ownPage, ...headers } });
const MADE_UP = "m".repeat(32);

/** Operations without the deadline of a request: on a slow machine a crowd takes longer than that. */
const patient = await aCtx({ db: connectTest({ timeouts: "batch" }), newId: randomUUID });
const at = (address: string): Browser => ({ headers: new Headers(), address, setCookies: () => {} });
const guess = (email: string, address: string): Promise<string> =>
  signIn(patient, { email, password: "wrong" }, at(address)).then(
    ({ next }) => next,
    (error) => String(error.code),
  );

let invited = 0;
async function anInvitation(): Promise<{ email: string; invitation: unknown }> {
  invited += 1;
  const email = `invited${invited}@example.test`;
  const made = await api(
    "POST /staff",
    { email, role: "supervisor", name: "Ada Byrne" },
    { headers: await asSupervisor() },
  );
  return { email, invitation: made.body.invitation };
}

/** The number of slow hashes that `work` needs. */
async function cost(work: () => Promise<unknown>): Promise<number> {
  const before = hashes.begun;
  await work();
  return hashes.begun - before;
}

beforeEach(() => {
  hashes.most = 0;
});

test("an invitation that does not exist costs no hash, and one that does costs one", async () => {
  const { invitation } = await anInvitation();
  expect(await cost(async () => expect((await welcome(MADE_UP, aNetwork())).status).toBe(404))).toBe(0);
  expect(await cost(async () => expect((await welcome(invitation, aNetwork(), "aaaaaaaaaaaa")).status).toBe(400))).toBe(
    0,
  );
  expect(await cost(async () => expect((await welcome(invitation, aNetwork())).status).toBe(200))).toBe(1);
});

test("A3: an unknown address, a wrong password and a disabled account cost one hash each", async () => {
  const [known, disabled] = [await anAccount(), await anAccount()];
  await db.staffAccount.update({ where: { id: disabled.id }, data: { disabledAt: new Date() } });
  expect(await cost(() => ask("nobody@example.test", "wrong"))).toBe(1);
  expect(await cost(() => ask(known.email, "wrong"))).toBe(1);
  expect(await cost(() => ask(disabled.email, PASSWORD))).toBe(1);
});

test("A7: a network that tries made-up invitations is stopped, and a right one is taken there and elsewhere", async () => {
  const network = aNetwork();
  const statuses: number[] = [];
  for (let n = 0; n < 52; n += 1) statuses.push((await welcome(`${MADE_UP}${n}`, network)).status);
  expect(statuses).toEqual([...Array(50).fill(404), 429, 429]);
  for (const from of [network, aNetwork()]) {
    const { invitation } = await anInvitation();
    expect((await welcome(invitation, from)).status).toBe(200);
  }
});

test("A7: while one network floods, two hashes are under way at most, and somebody elsewhere still signs in and is welcomed", async () => {
  const [person, { invitation }] = [await anAccount(), await anInvitation()];
  const floods = Array.from({ length: 40 }, (_, n) => guess(`nobody${n}@example.test`, "flood"));
  const [signedIn, welcomed] = await Promise.all([
    signIn(patient, { email: person.email, password: PASSWORD }, at("elsewhere")),
    acceptInvitation(
      patient,
      { invitation: String(invitation), newPassword: "a right new horse" },
      at("a third place"),
    ),
  ]);
  expect([signedIn.next, welcomed.success]).toEqual(["signed_in", true]);
  const codes = new Set(await Promise.all(floods));
  // On a slow machine the turn of some comes too late.
  codes.delete("unavailable");
  expect(codes).toEqual(new Set(["unauthenticated", "too_many_requests"]));
  expect(hashes.most).toBe(2);
});

test("A7: a browser that is known waits for nobody in its own network", async () => {
  const { email } = await anAccount();
  const known = new Headers(await signedIn(email));
  const floods = Array.from({ length: 40 }, (_, n) => guess(`nobody${n}@example.test`, "office"));
  expect(await signIn(patient, { email, password: PASSWORD }, { ...at("office"), headers: known })).toEqual({
    next: "signed_in",
  });
  expect(await Promise.all(floods)).toContain("too_many_requests");
});

test("a request that could not wait has not guessed: it counts neither for the account nor for the network", async () => {
  const codes = await Promise.all(Array.from({ length: 40 }, (_, n) => guess(`b${n}@example.test`, "crowd")));
  const guesses = codes.filter((code) => code === "unauthenticated").length;
  expect(guesses).toBeLessThan(40);
  const counts = await db.$queryRaw<{ key: string; count: number }[]>`
    SELECT CASE WHEN key LIKE '% network %' THEN 'network' ELSE 'accounts' END AS key, sum(count)::int AS count
    FROM rate_limits WHERE key LIKE 'sign-in %' GROUP BY 1 ORDER BY 1`;
  expect(counts).toEqual([
    { key: "accounts", count: guesses },
    { key: "network", count: guesses },
  ]);
});
