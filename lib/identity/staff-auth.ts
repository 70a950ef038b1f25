import type { StaffAuth } from "#lib/identity/better-auth";
import type { Db } from "#lib/database/db";
import type { PrismaClient } from "#prisma/client";

const made = new WeakMap<Db, StaffAuth>();

/** better-auth on this database, loaded at the first call. Must not be used inside a transaction. */
export async function staffAuth(db: Db): Promise<StaffAuth> {
  const { makeStaffAuth } = await import("#lib/identity/better-auth");
  const known = made.get(db) ?? makeStaffAuth(db as PrismaClient);
  made.set(db, known);
  return known;
}

/** The code of a refused sign-in, or undefined when the error is a fault. */
export async function authRefusal(error: unknown): Promise<string | undefined> {
  const { refusalCode } = await import("#lib/identity/better-auth");
  return refusalCode(error);
}
