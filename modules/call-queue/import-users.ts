import { z } from "zod";
import { writeAudit } from "#lib/identity/audit";
import type { Ctx } from "#lib/base/context";
import { countryOfZone } from "#lib/time/country";
import { violated } from "#lib/database/error";
import { Refusal } from "#lib/base/errors";
import { dialledFrom, isCountry, readNumber } from "#lib/base/phone";
import { isZone } from "#lib/time/zone";
import { zoneOfNumber } from "#lib/time/zone-of-number";
import {
  countKept,
  holdNumbers,
  knownUsers,
  type MarkChange,
  markImported,
  replaceNumbers,
  spreadMarks,
} from "./sql/import-numbers.ts";
import { claimsOfOthers, type Imported, replaceClaims, upsertUsers, usersOfOtherZones } from "./sql/import-users.ts";
import { endHours } from "./sql/regular-hours.ts";
import type { ImportUsersInput, importUsersAnswer } from "./users-schema.ts";

/** The answer of an import, and the marks of numbers that it changed. */
type ImportedRecords = { answer: z.infer<typeof importUsersAnswer>; markChanges: MarkChange[] };

/**
 * Inserts or updates up to 1,000 users, all or none, within the caller's transaction. A user's claims, when given, replace the
 * stored ones; fields that are left out stay as they are. A missing zone is guessed from the number, else it is the zone of the
 * desk. An erased user who is imported again is restored, and may be called unless the import says otherwise: the import is a new
 * consent. A text that is no telephone number is stored and named in the answer; a zone, country or e-mail address that does not
 * exist is named there, too, and its row is stored without it; a number that is empty or endless is named and leaves the stored
 * one. Rows with one id are one user, named in the answer: the fields of the later row count, as if it had come in a second import.
 * A mark belongs to the number: `doNotCall: true` marks it for every user who has it, `false` lifts only a mark that an import of
 * the same user set, and a user with another number may be called again. The caller updates the promises to these users. Refuses
 * `invalid_input` for a claim that comes twice, and `conflict` for a claim of another user.
 */
export async function importRecords(tx: Ctx, input: ImportUsersInput): Promise<ImportedRecords> {
  const { users: understoodRows, notUnderstood } = understood(input.users);
  const { users, repeated } = oncePerUser(understoodRows);
  claimsMustBeUnique(users);
  const rows = await withNumbers(tx, users);
  const json = JSON.stringify(rows, (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value));
  const imported = { json, now: tx.now };
  await holdNumbers(tx.db, imported);
  const markChanges = await markImported(tx, imported);
  const moved = await usersOfOtherZones(tx.db, imported);
  const upserted = await upsertUsers(tx.db, imported);
  await endHours(tx.db, moved, tx.now);
  await replaceNumbers(tx.db, imported);
  await spreadMarks(tx, markChanges);
  await writeClaims(tx, imported);
  const subject = subjectOf(users);
  await writeAudit(tx.db, { actor: tx.actor, action: "users.imported", subject, details: { upserted } });
  const doNotCallKept = await countKept(tx.db, imported);
  return {
    answer: {
      upserted,
      notDialable: notDialableOf(rows),
      notUnderstood: [...notUnderstood, ...repeated],
      doNotCallKept,
    },
    markChanges,
  };
}

async function writeClaims({ db }: Ctx, imported: Imported): Promise<void> {
  const taken = await claimsOfOthers(db, imported);
  if (taken.length > 0) throw claimTaken(taken.join(", "));
  try {
    await replaceClaims(db, imported);
  } catch (error) {
    if (violated(error) === "claims_pkey") throw claimTaken("of this import");
    throw error;
  }
}

type Row = ImportUsersInput["users"][number];
type NotUnderstood = z.infer<typeof importUsersAnswer>["notUnderstood"];

const LONGEST_NUMBER = 200;
const emailAddress = z.email().max(254);
const isUnderstood = {
  timeZone: isZone,
  country: isCountry,
  email: (value: string): boolean => emailAddress.safeParse(value).success,
};
type Understood = keyof typeof isUnderstood;

/** Removes unknown zones, countries and addresses from their rows, so that one of them does not fail the whole import. */
function understood(users: readonly Row[]): { users: Row[]; notUnderstood: NotUnderstood } {
  const notUnderstood: NotUnderstood = [];
  const taken = users.map((user) => {
    const row = { ...user };
    for (const field of Object.keys(isUnderstood) as Understood[]) {
      const value = row[field] ?? undefined;
      if (value !== undefined && isUnderstood[field](value)) continue;
      delete row[field];
      if (value !== undefined)
        notUnderstood.push({ userId: String(row.id), field, value: value.slice(0, LONGEST_NUMBER) });
    }
    return row;
  });
  return { users: taken, notUnderstood };
}

/** Makes one row of those with one id: a field that the later row leaves out keeps the value of the earlier row, as it does between imports. */
function oncePerUser(rows: readonly Row[]): { users: Row[]; repeated: NotUnderstood } {
  const users = new Map<bigint, Row>();
  const repeated = new Set<bigint>();
  for (const row of rows) {
    const earlier = users.get(row.id);
    if (earlier) repeated.add(row.id);
    users.set(row.id, { ...earlier, ...row, phone: isUsable(row.phone) || !earlier ? row.phone : earlier.phone });
  }
  return {
    users: [...users.values()],
    repeated: [...repeated].map((id) => ({ userId: String(id), field: "id", value: String(id) })),
  };
}

/** Whether something is written there, and not a whole letter: that is kept as the number, dialable or not. */
function isUsable(phone: string | null): phone is string {
  return phone !== null && phone !== "" && phone.length <= LONGEST_NUMBER;
}

type ReadRow = Omit<Row, "phone" | "phones"> & {
  phone: string;
  number: string | null;
  zoneGuess: string;
  phones?: { number: string; dials: string | null; label?: string | undefined }[];
  /** The numbers and further numbers of the row that count as left out: empty, or endless. */
  unusable: string[];
};

/** Stands for the number of a user who has none. */
const NO_NUMBER = "none";

/** Adds the dialled form of each number, read as in the country of its user; a stored zone counts for it already. */
async function withNumbers(ctx: Ctx, users: readonly Row[]): Promise<ReadRow[]> {
  const stored = await knownUsers(
    ctx.db,
    users.map(({ id }) => id),
  );
  return users.map(({ phones, ...user }) => {
    const before = stored.get(user.id);
    const country = dialledFrom(
      { country: user.country ?? undefined, timeZone: user.timeZone ?? before?.timeZone ?? undefined },
      ctx.limits.defaultCountry ?? countryOfZone(ctx.limits.deskTimeZone),
    );
    const given = isUsable(user.phone) ? user.phone : undefined;
    const phone = given ?? (before?.phone || NO_NUMBER);
    const further = phones?.flatMap(({ number, ...rest }) =>
      isUsable(number) ? [{ ...rest, number, dials: readNumber(number, country) }] : [],
    );
    return {
      ...user,
      phone,
      number: given ? readNumber(phone, country) : (before?.number ?? null),
      zoneGuess: zoneOfNumber(phone) ?? ctx.limits.deskTimeZone,
      ...(further && { phones: further }),
      unusable: unusableOf([user.phone, ...(phones ?? []).map(({ number }) => number)]),
    };
  });
}

/** Each once, as far as an answer repeats it. */
function unusableOf(given: readonly (string | null)[]): string[] {
  const named = given.filter((phone) => !isUsable(phone)).map((phone) => (phone ?? "").slice(0, LONGEST_NUMBER));
  return [...new Set(named)];
}

function notDialableOf(rows: readonly ReadRow[]): z.infer<typeof importUsersAnswer>["notDialable"] {
  return rows.flatMap(({ id, phone, number, phones = [], unusable }) =>
    [{ given: phone, dials: number }, ...phones.map(({ number: given, dials }) => ({ given, dials }))]
      .filter(({ given, dials }) => dials === null && given !== NO_NUMBER)
      .map(({ given }) => given)
      .concat(unusable)
      .map((given) => ({ userId: String(id), phone: given })),
  );
}

/** "user 7", or "users 7 to 1203": the audit would not hold a thousand ids. */
function subjectOf(users: readonly { id: bigint }[]): string {
  const ids = users.map(({ id }) => id).sort((left, right) => (left < right ? -1 : 1));
  return ids.length === 1 ? `user ${ids[0]}` : `users ${ids[0]} to ${ids.at(-1)}`;
}

function claimsMustBeUnique(users: readonly Row[]): void {
  const seen = new Set<bigint>();
  for (const { id } of users.flatMap(({ claims }) => claims ?? [])) {
    if (seen.has(id)) throw new Refusal("invalid_input", `Claim ${id} comes twice in this import; send each once.`);
    seen.add(id);
  }
}

function claimTaken(which: string): Refusal {
  return new Refusal("conflict", `Claim ${which} belongs to another user; nothing was imported.`);
}
