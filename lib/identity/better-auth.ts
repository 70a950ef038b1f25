/**
 * The library behind `staffAuth`, set up for our tables. Loading it takes as long as loading everything else, so only `staffAuth`
 * imports this file, when somebody signs in first.
 */
import { betterAuth } from "better-auth";
import { APIError } from "better-auth/api";
import { prismaAdapter } from "better-auth/adapters/prisma";
import { twoFactor } from "better-auth/plugins";
import { env } from "#lib/base/env";
import { cookiePrefix } from "#lib/identity/session-cookie";
import { hashPassword, verifyPassword } from "#lib/identity/slow-hash";
import type { PrismaClient } from "#prisma/client";

const DAY = 86_400;

/** How long a signed-in browser may stay idle before it has to sign in again, in seconds. */
const SESSION_SECONDS = 7 * DAY;
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
    // Its routes are not served: ours call it, with the limits, the origin check and the problems of all our routes.
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
      updateAge: DAY,
      // Who it is comes from this cookie; that the session still exists is looked at in `admit`, with the count.
      cookieCache: { enabled: true, maxAge: 60 },
    },
    account: { modelName: "staffCredential", fields: { userId: "accountId", accountId: "providerAccountId" } },
    verification: { modelName: "staffVerification" },
    databaseHooks: {
      session: {
        create: {
          // A disabled account is refused with the words of a wrong password.
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

/** What the library refuses with, or undefined when an error is a fault. */
export function refusalCode(error: unknown): string | undefined {
  if (!(error instanceof APIError)) return undefined;
  return String((error.body as { code?: string } | undefined)?.code ?? error.status);
}
