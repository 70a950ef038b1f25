/**
 * The setup of better-auth on Ringback's tables. Loading it takes as long as loading everything else, so only `staffAuth` imports
 * this file, at the first sign-in.
 */
import { betterAuth } from "better-auth";
import { APIError } from "better-auth/api";
import { prismaAdapter } from "better-auth/adapters/prisma";
import { twoFactor } from "better-auth/plugins";
import { env } from "#lib/base/env";
import { cookiePrefix } from "#lib/identity/session-cookie";
import { hashPassword, verifyPassword } from "#lib/identity/slow-hash";
import type { PrismaClient } from "#prisma/client";

/** For how long a signed-in browser may be idle before it must sign in again, in seconds. */
const SESSION_SECONDS = 7 * 86_400;
/** How often the use of a session is written down, in seconds. The list of a person's sessions is that exact. */
const SEEN_SECONDS = 600;
const PASSWORD_LENGTH = { min: 12, max: 128 } as const;

/** Sign-in on this database. */
export function makeStaffAuth(db: PrismaClient) {
  const { AUTH_SECRET, RINGBACK_URL } = env();
  const isSecure = RINGBACK_URL?.startsWith("https://") === true;
  return betterAuth({
    appName: "Ringback",
    secret: AUTH_SECRET,
    baseURL: RINGBACK_URL ?? "http://localhost",
    database: prismaAdapter(db, { provider: "postgresql", transaction: true }),
    // Its own routes are not served: Ringback's routes call it, with their limits, origin check and problems.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_LENGTH.min,
      maxPasswordLength: PASSWORD_LENGTH.max,
      revokeSessionsOnPasswordReset: true,
      password: { hash: hashPassword, verify: verifyPassword },
    },
    user: {
      modelName: "staffAccount",
      additionalFields: {
        role: { type: "string", required: true, input: false },
        agentId: { type: "number", required: false, input: false },
        disabledAt: { type: "date", required: false, input: false },
        isDemo: { type: "boolean", required: false, input: false },
      },
    },
    session: {
      modelName: "staffSession",
      fields: { userId: "accountId" },
      expiresIn: SESSION_SECONDS,
      updateAge: SEEN_SECONDS,
      // This cookie identifies the person; `admit` checks that the session still exists, with the count.
      cookieCache: { enabled: true, maxAge: 60 },
    },
    account: { modelName: "staffCredential", fields: { userId: "accountId", accountId: "providerAccountId" } },
    verification: { modelName: "staffVerification" },
    databaseHooks: {
      session: {
        create: {
          // A disabled account gets the words of a wrong password.
          before: async ({ userId }) => {
            const account = await db.staffAccount.findUnique({ where: { id: userId } });
            return account !== null && account.disabledAt === null;
          },
        },
      },
    },
    advanced: {
      useSecureCookies: false,
      cookiePrefix: cookiePrefix(),
      defaultCookieAttributes: { secure: isSecure, httpOnly: true, sameSite: "lax", path: "/" },
      ipAddress: { disableIpTracking: true },
    },
    plugins: [
      twoFactor({
        issuer: "Ringback",
        backupCodeOptions: { storeBackupCodes: "encrypted" },
        schema: { twoFactor: { modelName: "staffTwoFactor", fields: { userId: "accountId" } } },
      }),
    ],
  });
}

export type StaffAuth = ReturnType<typeof makeStaffAuth>;

/** The code of a refusal of better-auth, or undefined when the error is a fault. */
export function refusalCode(error: unknown): string | undefined {
  if (!(error instanceof APIError)) return undefined;
  return String((error.body as { code?: string } | undefined)?.code ?? error.status);
}
