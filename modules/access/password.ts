import type { z } from "zod";
import { writeAudit } from "#lib/identity/audit";
import type { Browser, Ctx } from "#lib/base/context";
import { Refusal } from "#lib/base/errors";
import { countAttempt, tooMany, WINDOW_MINUTES } from "#lib/database/rate-limit";
import { hashingFor } from "#lib/identity/slow-hash";
import { authRefusal, staffAuth } from "#lib/identity/staff-auth";
import type {
  changePasswordInput,
  doneAnswer,
  enableSecondFactorAnswer,
  secondFactorInput,
  passwordInput,
} from "./schema.ts";
import { spendCode } from "./sign-in.ts";
import { findStaff, type Person } from "./store.ts";
import { refuseWeakPassword } from "./weak-password.ts";

type Done = z.infer<typeof doneAnswer>;

/**
 * Changes the caller's password and ends every other session of the account. Refuses `invalid_input` when the old password is
 * wrong or the new one is easy to guess.
 */
export async function changePassword(
  ctx: Ctx<Person>,
  { currentPassword, newPassword }: z.infer<typeof changePasswordInput>,
  browser: Browser,
): Promise<Done> {
  await refuseWeakPassword(newPassword, await findStaff(ctx.db, ctx.actor.accountId));
  const { headers } = await withPassword(ctx, async () =>
    (await staffAuth(ctx.db)).api.changePassword({
      body: { currentPassword, newPassword, revokeOtherSessions: true },
      headers: browser.headers,
      returnHeaders: true,
    }),
  );
  browser.setCookies(headers);
  return done(ctx, "staff.password_changed", "The password is changed; every other browser is signed out.");
}

/** Creates a second factor, which takes effect when its first code is confirmed. */
export async function enableSecondFactor(
  ctx: Ctx<Person>,
  { password }: z.infer<typeof passwordInput>,
  browser: Browser,
): Promise<z.infer<typeof enableSecondFactorAnswer>> {
  const { response } = await withPassword(ctx, async () =>
    (await staffAuth(ctx.db)).api.enableTwoFactor({
      body: { password },
      headers: browser.headers,
      returnHeaders: true,
    }),
  );
  if (!("totpURI" in response)) throw new Error("the second factor is not one of an authenticator");
  return { uri: response.totpURI, backupCodes: response.backupCodes };
}

/** Confirms the second factor with a first code: from now on every sign-in requires one. */
export async function confirmNewSecondFactor(
  ctx: Ctx<Person>,
  { code }: z.infer<typeof secondFactorInput>,
  browser: Browser,
): Promise<Done> {
  const { headers } = await withPassword(ctx, async () =>
    (await staffAuth(ctx.db)).api.verifyTOTP({ body: { code }, headers: browser.headers, returnHeaders: true }),
  );
  await spendCode(ctx, ctx.actor.accountId, code);
  browser.setCookies(headers);
  return done(ctx, "staff.second_factor_on", "Every sign-in asks for a code from now on.");
}

/** Removes the second factor. Refuses `invalid_input` when the password is wrong. */
export async function disableSecondFactor(
  ctx: Ctx<Person>,
  { password }: z.infer<typeof passwordInput>,
  browser: Browser,
): Promise<Done> {
  const { headers } = await withPassword(ctx, async () =>
    (await staffAuth(ctx.db)).api.disableTwoFactor({
      body: { password },
      headers: browser.headers,
      returnHeaders: true,
    }),
  );
  browser.setCookies(headers);
  return done(ctx, "staff.second_factor_off", "Sign-ins ask for the password alone from now on.");
}

async function done({ db, actor }: Ctx<Person>, action: string, message: string): Promise<Done> {
  await writeAudit(db, { actor, action, subject: `account ${actor.accountId}` });
  return { success: true, message };
}

/** A stolen session must not become a way to guess the password, so wrong passwords are counted here, too. */
async function withPassword<T>(ctx: Ctx<Person>, work: () => Promise<T>): Promise<T> {
  const tries = `password ${ctx.actor.accountId}`;
  const { count, leftMs } = await countAttempt(ctx.db, tries, WINDOW_MINUTES);
  if (count > ctx.limits.signInsPerQuarterHour) throw tooMany(leftMs);
  try {
    return await hashingFor(tries, work);
  } catch (error) {
    const code = await authRefusal(error);
    if (code === undefined) throw error;
    if (code === "UNAUTHORIZED") throw new Refusal("unauthenticated", "Sign in again.");
    if (code.includes("CODE"))
      throw new Refusal("invalid_input", "The code is wrong or too old; send the one shown now.");
    if (code.includes("TOTP"))
      throw new Refusal("conflict", "The second factor is not in the state for this; reload the page.");
    throw new Refusal("invalid_input", "The password is wrong.");
  }
}
