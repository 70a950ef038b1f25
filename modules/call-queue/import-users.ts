import type { z } from "zod";
import { writeAudit } from "#lib/audit";
import type { Ctx } from "#lib/context";
import { violated } from "#lib/database-error";
import { inTransaction } from "#lib/db";
import { Refusal } from "#lib/errors";
import { isZone } from "#lib/zone";
import { zoneOfNumber } from "#lib/zone-of-number";
import { claimsOfOthers, replaceClaims, upsertUsers, usersOfOtherZones } from "./sql/import-users.ts";
import { endHours } from "./sql/regular-hours.ts";
import type { ImportUsersInput, importUsersAnswer } from "./users-schema.ts";

/**
 * Inserts or updates up to 1,000 users, all or none. A user's claims, when given, replace the known ones; what is
 * left out stays. A zone that nobody has said is unknown; meanwhile it is guessed from the number, else of the desk. An erased user who is imported again is back, and may be called unless the import says otherwise:
 * the import is a new consent. Refuses `invalid_input` for an id that comes twice or a zone nobody knows, and `conflict` for a
 * claim of another user.
 */
export async function importUsers(ctx: Ctx, { users }: ImportUsersInput): Promise<z.infer<typeof importUsersAnswer>> {
  mustBeUnique(
    "User",
    users.map(({ id }) => id),
  );
  mustBeUnique(
    "Claim",
    users.flatMap(({ claims }) => claims ?? []).map(({ id }) => id),
  );
  for (const zone of new Set(users.map(({ timeZone }) => timeZone))) {
    if (zone !== undefined && !isZone(zone))
      throw new Refusal("invalid_input", `${zone} is not a time zone; send an IANA name such as Europe/London.`);
  }
  const guessed = users.map((user) => ({ ...user, zoneGuess: zoneOfNumber(user.phone) ?? ctx.limits.deskTimeZone }));
  const json = JSON.stringify(guessed, (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value));
  try {
    return await inTransaction(ctx, async (tx) => {
      const imported = { json, now: ctx.now };
      const moved = await usersOfOtherZones(tx.db, imported);
      const upserted = await upsertUsers(tx.db, imported);
      await endHours(tx.db, moved, ctx.now);
      const taken = await claimsOfOthers(tx.db, imported);
      if (taken.length > 0) throw claimTaken(taken.join(", "));
      await replaceClaims(tx.db, imported);
      const { actor } = ctx;
      await writeAudit(tx.db, { actor, action: "users.imported", subject: subjectOf(users), details: { upserted } });
      return { upserted };
    });
  } catch (error) {
    if (violated(error) === "claims_pkey") throw claimTaken("of this import");
    throw error;
  }
}

/** "user 7", or "users 7 to 1203": the ids themselves may be a thousand. */
function subjectOf(users: readonly { id: bigint }[]): string {
  const ids = users.map(({ id }) => id).sort((left, right) => (left < right ? -1 : 1));
  return ids.length === 1 ? `user ${ids[0]}` : `users ${ids[0]} to ${ids.at(-1)}`;
}

function mustBeUnique(what: string, ids: readonly bigint[]): void {
  const seen = new Set<bigint>();
  for (const id of ids) {
    if (seen.has(id)) throw new Refusal("invalid_input", `${what} ${id} comes twice in this import; send each once.`);
    seen.add(id);
  }
}

function claimTaken(which: string): Refusal {
  return new Refusal("conflict", `Claim ${which} belongs to another user; nothing was imported.`);
}
