import { betterAuth } from "better-auth";
import { APIError } from "better-auth/api";
import { prismaAdapter } from "better-auth/adapters/prisma";
import { twoFactor } from "better-auth/plugins";
import type { Db } from "#lib/db";
import { env } from "#lib/env";
import { cookiePrefix } from "#lib/session-cookie";
import { hashPassword, verifyPassword } from "#lib/slow-hash";
import type { PrismaClient } from "#prisma/client";

const DAY = 86_400;

/** How long a signed-in browser may stay idle before it has to sign in again, in seconds. */
export const SESSION_SECONDS = 7 * DAY;
/** How long an invitation may be used, in seconds. */
export const INVITATION_SECONDS = 3 * DAY;
export const PASSWORD_LENGTH = { min: 12, max: 128 } as const;

function make(db: PrismaClient) {
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
      resetPasswordTokenExpiresIn: INVITATION_SECONDS,
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

type StaffAuth = ReturnType<typeof make>;
const made = new WeakMap<Db, StaffAuth>();

/** Sign-in on this database. The only place that knows the library behind it. Not to be used inside a transaction. */
export function staffAuth(db: Db): StaffAuth {
  const known = made.get(db) ?? make(db as PrismaClient);
  made.set(db, known);
  return known;
}

/** The refusal behind an error of signing in, or undefined when it is a fault. */
export function authRefusal(error: unknown): string | undefined {
  if (!(error instanceof APIError)) return undefined;
  return String((error.body as { code?: string } | undefined)?.code ?? error.status);
}
