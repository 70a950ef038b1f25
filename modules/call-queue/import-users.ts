import type { z } from "zod";
import { writeAudit } from "#lib/identity/audit";
import type { Ctx } from "#lib/base/context";
import { notDialableOf, withNumbers } from "./import-phones.ts";
import { fieldsToName, oncePerUser, sortOut, understood } from "./import-rows.ts";
import type { NotUnderstood } from "./import-schema.ts";
import {
  countKept,
  holdNumbers,
  type MarkChange,
  markImported,
  replaceNumbers,
  spreadMarks,
} from "./sql/import-numbers.ts";
import { replaceClaims, upsertUsers, usersOfOtherZones } from "./sql/import-users.ts";
import { endHours } from "./sql/regular-hours.ts";
import type { ImportUsersInput, importUsersAnswer } from "./users-schema.ts";

/** The answer of an import, and the marks of numbers that it changed. */
type ImportedRecords = { answer: z.infer<typeof importUsersAnswer>; markChanges: MarkChange[] };

/**
 * Inserts or updates up to 1,000 users within the caller's transaction. A user's claims, when given, replace the stored ones;
 * fields that are left out stay as they are. A missing zone is guessed from the number, else it is the zone of the desk. An erased
 * user who is imported again is restored, and may be called unless the import says otherwise: the import is a new consent. A row
 * is refused for itself, with a sentence in the answer: for a fault that `readRows` finds, a new user without any name, a claim
 * that comes twice, and a claim of another user; `doNotCall: true` of a refused row counts all the same. A text that is no
 * telephone number is stored and named in the answer; a zone, country or e-mail address that does not exist is named there, too,
 * and its row is stored without it; a number that is empty or endless is named and leaves the stored one. Rows with one id are
 * one user, named in the answer: the fields of the later row count, as if it had come in a second import. A mark belongs to the
 * number: `doNotCall: true` marks it for every user who has it, `false` lifts only a mark that an import of the same user set, and
 * a user with another number may be called again, but not one whose number is only read in the way of another country. The caller
 * updates the promises to these users. Refuses `invalid_input` or `conflict` when no row can be taken.
 */
export async function importRecords(tx: Ctx, input: ImportUsersInput): Promise<ImportedRecords> {
  const { users, unknown, repeated } = oncePerUser(input.users.map((user, at) => understood(user, at + 1)));
  const { taken, refused } = await sortOut(tx, users, input);
  const rows = withNumbers(tx, taken);
  const json = JSON.stringify(rows, (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value));
  const imported = { json, now: tx.now };
  await holdNumbers(tx.db, imported);
  const markChanges = await markImported(tx, imported);
  const moved = await usersOfOtherZones(tx.db, imported);
  const upserted = (await upsertUsers(tx.db, imported)) - taken.filter(({ isOnlyMarked }) => isOnlyMarked).length;
  await endHours(tx.db, moved, tx.now);
  await replaceNumbers(tx.db, imported);
  await spreadMarks(tx, markChanges);
  const lost = await replaceClaims(tx.db, imported);
  const details = { upserted, ...(refused.length > 0 && { refused: refused.length }) };
  await writeAudit(tx.db, { actor: tx.actor, action: "users.imported", subject: subjectOf(taken), details });
  const doNotCallKept = await countKept(tx.db, imported);
  return {
    answer: {
      upserted,
      notDialable: notDialableOf(rows),
      notUnderstood: fieldsToName([...(input.notUnderstood ?? []), ...unknown, ...repeated], taken).concat(
        lost.map(notOurs),
      ),
      refused: refused.map(({ row, userId, why }) => ({ row, userId, why })),
      doNotCallKept,
    },
    markChanges,
  };
}

/** Another import gave the claim to its user while this one was under way. */
function notOurs({ userId, id }: { userId: bigint; id: bigint }): NotUnderstood {
  return { userId: String(userId), field: "claims", value: String(id), why: `Claim ${id} belongs to another user.` };
}

/** "user 7", or "users 7 to 1203": the audit would not hold a thousand ids. */
function subjectOf(users: readonly { id: bigint }[]): string {
  const ids = users.map(({ id }) => id).sort((left, right) => (left < right ? -1 : 1));
  return ids.length === 1 ? `user ${ids[0]}` : `users ${ids[0]} to ${ids.at(-1)}`;
}
