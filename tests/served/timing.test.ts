/** @module-tag long */
import { expect, test } from "vitest";
import { secretHolder } from "#lib/http/authenticate";
import { aSession, anAccount, PASSWORD } from "#tests/factories/staff";
import { api } from "../routes/api.ts";
import { ownPage } from "../routes/signed-in.ts";

/** Long, so that a comparison that stops at the first difference is detected. */
const SECRET = "s".repeat(4_096);
const PAIRS = 10_000;
const VARIANTS = 64;
const SIGN_INS = 9;

// Before anything reads the environment.
Object.assign(process.env, { CRON_SECRET: SECRET, SERVICE_API_KEY: SECRET, SIGN_INS_PER_QUARTER_HOUR: "1000" });

type Check = (token: string) => unknown;

/**
 * How often of a hundred times the secret that is wrong in its last byte takes longer than the one that is wrong in its
 * first. One is measured right after the other, so that other load of the machine slows both; 50 means no difference.
 */
function shareOfSlowerLast(check: Check): number {
  // Many of each kind, because the place of a single text in memory could make a difference.
  const wrongFirst = Array.from({ length: VARIANTS }, (_, n) => flat(String.fromCharCode(48 + n) + SECRET.slice(1)));
  const wrongLast = Array.from({ length: VARIANTS }, (_, n) => flat(SECRET.slice(1) + String.fromCharCode(48 + n)));
  let slower = 0;
  for (let n = -1_000; n < PAIRS; n += 1) {
    const [first, last] = [wrongFirst[(n + 1_000) % VARIANTS]!, wrongLast[(n + 1_000) % VARIANTS]!];
    // The second one finds a warm processor, so the order alternates.
    const isFirstFirst = Math.floor(n / VARIANTS) % 2 === 0;
    const one = timed(check, isFirstFirst ? first : last);
    const two = timed(check, isFirstFirst ? last : first);
    const difference = isFirstFirst ? two - one : one - two;
    if (n >= 0) slower += difference > 0n ? 1 : difference === 0n ? 0.5 : 0;
  }
  return (slower / PAIRS) * 100;
}

function timed(check: Check, token: string): bigint {
  const start = process.hrtime.bigint();
  check(token);
  return process.hrtime.bigint() - start;
}

/** A text in one piece: putting it together must not be part of what is measured. */
function flat(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}

/** A comparison that the code must not use. */
function stopsAtFirstDifference(token: string): boolean {
  for (let at = 0; at < SECRET.length; at += 1) if (token.charCodeAt(at) !== SECRET.charCodeAt(at)) return false;
  return token.length === SECRET.length;
}

test("A3: the measurement finds a comparison that stops at the first difference", () => {
  expect(shareOfSlowerLast(stopsAtFirstDifference)).toBeGreaterThan(80);
});

test("A3: a secret that is wrong in its first byte takes as long to refuse as one that is wrong in its last", () => {
  expect(secretHolder(SECRET)).toBe("cron");
  expect(secretHolder(`${SECRET.slice(1)}x`)).toBeNull();
  const share = shareOfSlowerLast(secretHolder);
  expect(share).toBeGreaterThan(43);
  expect(share).toBeLessThan(57);
});

test("A3: an unknown e-mail address, a wrong password and a disabled account all cost the slow hash of a password", async () => {
  const [known, disabled] = [await anAccount(), await anAccount()];
  const supervisor = { ...ownPage, cookie: await aSession((await anAccount()).id) };
  await api(`PATCH /staff/${disabled.id}`, { isDisabled: true }, { headers: supervisor });
  const tries = {
    wrong: { email: known.email, password: "not the password" },
    unknown: { email: "nobody@example.test", password: PASSWORD },
    disabled: { email: disabled.email, password: PASSWORD },
  };
  const times: Record<string, number[]> = { wrong: [], unknown: [], disabled: [] };
  for (let n = 0; n < SIGN_INS; n += 1) {
    for (const [kind, body] of Object.entries(tries)) {
      const start = performance.now();
      const { status } = await api("POST /sign-in", body, { as: "none", headers: ownPage });
      expect(status, kind).toBe(401);
      times[kind]!.push(performance.now() - start);
    }
  }
  const middle = (kind: string) => times[kind]!.sort((a, b) => a - b)[Math.floor(SIGN_INS / 2)]!;
  // Without the hash it would be a twentieth.
  for (const kind of ["unknown", "disabled"]) expect(middle(kind) / middle("wrong"), kind).toBeGreaterThan(0.5);
});
