import type { StaffAuth } from "#lib/identity/better-auth";
import type { Db } from "#lib/database/db";
import type { PrismaClient } from "#prisma/client";

const made = new WeakMap<Db, StaffAuth>();

/** Sign-in on this database. The library behind it is loaded with the first call. Not to be used inside a transaction. */
export async function staffAuth(db: Db): Promise<StaffAuth> {
  const { makeStaffAuth } = await import("#lib/identity/better-auth");
  const known = made.get(db) ?? makeStaffAuth(db as PrismaClient);
  made.set(db, known);
  return known;
}

/** The refusal behind an error of signing in, or undefined when it is a fault. */
export async function authRefusal(error: unknown): Promise<string | undefined> {
  const { refusalCode } = await import("#lib/identity/better-auth");
  return refusalCode(error);
}
