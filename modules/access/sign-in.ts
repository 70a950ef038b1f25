import { createHash } from "node:crypto";
import type { z } from "zod";
import { writeAudit } from "#lib/identity/audit";
import type { Browser, Ctx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { deviceCookie, knownDevice } from "#lib/identity/known-device";
import {
  countNetworkAttempt,
  countAttempt,
  forgetAttempts,
  forgiveAttempt,
  hadNoTurn,
  type NetworkTries,
  refuseWrong,
  spend,
  tooMany,
  WINDOW_MINUTES,
} from "#lib/database/rate-limit";
import { hashingFor } from "#lib/identity/slow-hash";
import { authRefusal, staffAuth } from "#lib/identity/staff-auth";
import type { doneAnswer, signInAnswer, signInCodeInput, signInInput, signOutInput } from "./schema.ts";
import { leaveDesk, leaveFormer } from "./leave-desk.ts";
import { accountOf } from "./store.ts";

/** Longer than the code of an authenticator is valid. */
const CODE_MINUTES = 5;
/** From a network over its limit, more attempts on one account than this count as guesses. */
const TRIES_IN_A_FULL_NETWORK = 3;
const WRONG_CODE = "The code is wrong or too old; sign in again with a new one.";

/**
 * Signs a person in with e-mail and password; an account with a second factor must confirm it next. A wrong e-mail, a wrong
 * password and a disabled account get the same refusal, `unauthenticated`. An account and a network have a limit of failures
 * (`too_many_requests`); the right password still passes from a network over its limit, unless its own account is being guessed.
 * A browser that has signed in to the account before has its own limit, so that a stranger who guesses cannot lock the owner out.
 * The person who was signed in in this browser before is signed out.
 */
export async function signIn(
  ctx: Ctx,
  { email, password }: z.infer<typeof signInInput>,
  browser: Browser,
): Promise<z.infer<typeof signInAnswer>> {
  const { whose, network } = await countTries(ctx, email, browser);
  const { response, headers } = await attempt("E-mail or password is wrong.", () =>
    // A known browser has its own lane for the hash, independent of its network.
    hashingFor(network?.name ?? whose, async () =>
      (await staffAuth(ctx.db)).api.signInEmail({
        body: { email, password },
        headers: browser.headers,
        returnHeaders: true,
      }),
    ),
  ).catch(async (error) => {
    // A request that never got its turn for the hash has guessed nothing.
    if (hadNoTurn(error))
      await Promise.all([forgiveAttempt(ctx.db, whose), network && forgiveAttempt(ctx.db, network.name)]);
    throw network ? refuseWrong(network, error) : error;
  });
  await leaveFormer(ctx, browser, email);
  browser.setCookies(headers);
  await forgetAttempts(ctx.db, whose);
  if (network) await forgiveAttempt(ctx.db, network.name);
  if (!("user" in response)) return { next: "second_factor" };
  await welcome(ctx, response.user.id, email, browser);
  return { next: "signed_in" };
}

/**
 * Completes a sign-in with the six digits of the authenticator, or with a backup code. Each code signs in once: a person who saw
 * it cannot use it again. Refuses `unauthenticated` and `too_many_requests`.
 */
export async function confirmSecondFactor(
  ctx: Ctx,
  { code }: z.infer<typeof signInCodeInput>,
  browser: Browser,
): Promise<z.infer<typeof signInAnswer>> {
  // better-auth counts wrong codes of one account itself: ten in a row stop it for a quarter of an hour.
  const network = await countNetworkAttempt(ctx, "second factor", browser.address);
  const { verifyTOTP, verifyBackupCode } = (await staffAuth(ctx.db)).api;
  const verify = code.includes("-") ? verifyBackupCode : verifyTOTP;
  const { response, headers } = await attempt(WRONG_CODE, () =>
    verify({ body: { code }, headers: withoutSession(browser.headers), returnHeaders: true }),
  ).catch((error) => {
    throw refuseWrong(network, error);
  });
  const { token, user } = response;
  if (!(await spendCode(ctx, user.id, code))) {
    await ctx.db.staffSession.deleteMany({ where: { accountId: user.id, token: String(token) } });
    throw new Refusal("unauthenticated", WRONG_CODE);
  }
  await leaveFormer(ctx, browser, user.email);
  browser.setCookies(headers);
  await forgiveAttempt(ctx.db, network.name);
  await welcome(ctx, user.id, user.email, browser);
  return { next: "signed_in" };
}

/**
 * With a session cookie better-auth would check the code against the account of the session, uncounted, instead of the sign-in
 * under way.
 */
function withoutSession(headers: Headers): Headers {
  const cookies = headers.get("cookie")?.split(/; */) ?? [];
  const rest = new Headers(headers);
  rest.set("cookie", cookies.filter((cookie) => !cookie.includes("ringback.session_")).join("; "));
  return rest;
}

/** Whether this valid code of the account is used for the first time; records its use. */
export function spendCode(ctx: Ctx, accountId: string, code: string): Promise<boolean> {
  return spend(ctx.db, `code ${accountId} ${code}`, CODE_MINUTES);
}

/**
 * Ends the session in the database, so that a copy of its cookie is useless; `everywhere` ends all sessions of the account. An
 * agent who uses no other browser is off shift.
 */
export async function signOut(
  ctx: Ctx<{ kind: "agent"; agentId: number; accountId: string } | { kind: "supervisor"; accountId: string }>,
  { everywhere }: z.infer<typeof signOutInput>,
  browser: Browser,
): Promise<z.infer<typeof doneAnswer>> {
  const { accountId } = ctx.actor;
  if (everywhere) await ctx.db.staffSession.deleteMany({ where: { accountId } });
  const { headers } = await (await staffAuth(ctx.db)).api.signOut({ headers: browser.headers, returnHeaders: true });
  browser.setCookies(headers);
  await leaveDesk(ctx);
  const action = everywhere ? "staff.signed_out_everywhere" : "staff.signed_out";
  await writeAudit(ctx.db, { actor: ctx.actor, action, subject: `account ${accountId}` });
  return { success: true, message: everywhere ? "Signed out everywhere." : "Signed out." };
}

async function welcome(ctx: Ctx, accountId: string, email: string, browser: Browser): Promise<void> {
  browser.setCookies(new Headers({ "set-cookie": deviceCookie(email) }));
  const actor = await accountOf(ctx.db, accountId);
  await writeAudit(ctx.db, { actor, action: "staff.signed_in", subject: `account ${accountId}` });
}

/**
 * Counts the attempt before it is made, so that simultaneous attempts all count. Returns the names under which it was counted; a
 * known browser is not counted with its network.
 */
async function countTries(
  ctx: Ctx,
  email: string,
  { headers, address }: Browser,
): Promise<{ whose: string; network: NetworkTries | null }> {
  const device = knownDevice(headers, email);
  const account = createHash("sha256").update(email).digest("base64url");
  const whose = device ? `sign-in device ${device}` : `sign-in account ${account}`;
  const { count, leftMs } = await countAttempt(ctx.db, whose, WINDOW_MINUTES);
  if (count > ctx.limits.signInsPerQuarterHour) throw tooMany(leftMs);
  const network = device ? null : await countNetworkAttempt(ctx, "sign-in", address);
  if (network?.isOver && count > TRIES_IN_A_FULL_NETWORK) throw tooMany(network.leftMs);
  return { whose, network };
}

async function attempt<T>(sentence: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = await authRefusal(error);
    if (code === undefined) throw error;
    if (code === "ACCOUNT_TEMPORARILY_LOCKED") throw tooMany(WINDOW_MINUTES * 60_000);
    throw new Refusal("unauthenticated", sentence);
  }
}
