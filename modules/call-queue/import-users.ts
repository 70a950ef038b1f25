import type { z } from "zod";
import { writeAudit } from "#lib/identity/audit";
import type { Ctx } from "#lib/base/context";
import { countryOfZone } from "#lib/time/country";
import { Refusal } from "#lib/base/errors";
import { isMailAddress } from "#lib/base/mail-address";
import { countryCode, dialledFrom, readAgain, readNumber } from "#lib/base/phone";
import { isZone } from "#lib/time/zone";
import { zoneGuessOf } from "#lib/time/zone-of-number";
import { MOST, type NotUnderstood, type RefusedRow, type Row, shown } from "./import-schema.ts";
import {
  countKept,
  holdNumbers,
  type Known,
  knownUsers,
  type MarkChange,
  markImported,
  replaceNumbers,
  spreadMarks,
} from "./sql/import-numbers.ts";
import { claimsOfOthers, replaceClaims, upsertUsers, usersOfOtherZones } from "./sql/import-users.ts";
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
  const isNew = new Set(taken.filter(({ before }) => before === undefined).map(({ id }) => String(id)));
  const stored = new Set(taken.filter(({ isOnlyMarked }) => !isOnlyMarked).map(({ id }) => String(id)));
  return {
    answer: {
      upserted,
      notDialable: notDialableOf(rows),
      notUnderstood: [...(input.notUnderstood ?? []), ...unknown, ...repeated]
        .filter((field) => stored.has(field.userId) && !(isName(field) && isBlank(field) && isNew.has(field.userId)))
        .concat(lost.map(notOurs)),
      refused: refused.map(({ row, userId, why }) => ({ row, userId, why })),
      doNotCallKept,
    },
    markChanges,
  };
}

/** A row with its readable fields, and the fields that were removed. */
type Understood = { user: Placed; unknown: NotUnderstood[] };
type Placed = Row & { row: number };

const isUnderstood = {
  timeZone: { test: isZone, why: "This is no time zone; the stored one stays." },
  country: {
    test: (value: string): boolean => countryCode(value) === value,
    why: "This is no country of two letters, such as GB.",
  },
  email: {
    test: isMailAddress,
    why: "This is no e-mail address; the stored one stays.",
  },
};
type Checked = keyof typeof isUnderstood;

/** Removes an unknown zone, country or address from a row, so that it does not fail the whole import. */
function understood(given: Row, place: number): Understood {
  const unknown: NotUnderstood[] = [];
  const user = { row: place, ...given };
  if (user.country) user.country = countryCode(user.country) ?? user.country;
  for (const field of Object.keys(isUnderstood) as Checked[]) {
    const value = user[field] ?? undefined;
    const { test, why } = isUnderstood[field];
    if (value !== undefined && test(value)) continue;
    delete user[field];
    if (value !== undefined) unknown.push({ userId: String(user.id), field, value: shown(value), why });
  }
  return { user, unknown };
}

/** Makes one row of those with one id: a field that the later row leaves out keeps the value of the earlier row, as between imports. */
function oncePerUser(read: readonly Understood[]): {
  users: Placed[];
  unknown: NotUnderstood[];
  repeated: NotUnderstood[];
} {
  const users = new Map<bigint, Placed>();
  const repeated = new Set<bigint>();
  for (const { user } of read) {
    const earlier = users.get(user.id);
    if (earlier) repeated.add(user.id);
    users.set(user.id, { ...earlier, ...user, phone: isUsable(user.phone) || !earlier ? user.phone : earlier.phone });
  }
  const why = "This id came more than once; the later row counts.";
  return {
    users: [...users.values()],
    unknown: read.flatMap(({ unknown }) => unknown),
    repeated: [...repeated].map((id) => ({ userId: String(id), field: "id", value: String(id), why })),
  };
}

/** A row to store, with the stored state of its user. `isOnlyMarked`: the row was refused, and only its mark is stored. */
type Taken = Row & { before: Known | undefined; isOnlyMarked?: true };

/** Parts the rows that can be taken from those that cannot. Refuses the import when there are none. */
async function sortOut(
  tx: Ctx,
  users: readonly Placed[],
  { refused: unread = [], notUnderstood = [] }: ImportUsersInput,
): Promise<{ taken: Taken[]; refused: RefusedRow[] }> {
  const ids = [
    ...users.map(({ id }) => id),
    ...unread.flatMap(({ userId }) => (userId === null ? [] : [BigInt(userId)])),
  ];
  const stored = await knownUsers(tx.db, ids);
  const unreadNames = new Set(
    notUnderstood.filter((left) => isName(left) && !isBlank(left)).map(({ userId, field }) => `${userId} ${field}`),
  );
  const faultOf = faultsOf(users, { stored, unreadNames }, await claimsOfOthers(tx.db, users));
  const taken = new Map<bigint, Taken>();
  const refused = [...unread];
  for (const user of users) {
    const fault = faultOf(user);
    if (fault === null) taken.set(user.id, { ...user, before: stored.get(user.id) });
    else refused.push({ row: user.row, userId: String(user.id), isDoNotCall: user.doNotCall === true, ...fault });
  }
  refused.sort((left, right) => left.row - right.row);
  if (taken.size === 0) throw new Refusal(refused[0]!.code, `${refused[0]!.why} Nothing was imported.`);
  for (const { userId, isDoNotCall } of refused) {
    if (userId === null || !isDoNotCall) continue;
    const id = BigInt(userId);
    const [row, before] = [taken.get(id), stored.get(id)];
    if (row) row.doNotCall = true;
    else if (before) taken.set(id, { id, phone: null, doNotCall: true, before, isOnlyMarked: true });
  }
  return { taken: [...taken.values()], refused };
}

type Fault = Pick<RefusedRow, "code" | "why">;

/** The fault of a row that depends on other rows or on stored users; null: none. */
function faultsOf(
  users: readonly Placed[],
  { stored, unreadNames }: { stored: ReadonlyMap<bigint, Known>; unreadNames: ReadonlySet<string> },
  ofOthers: ReadonlySet<bigint>,
): (user: Placed) => Fault | null {
  const times = new Map<bigint, number>();
  for (const { id } of users.flatMap(({ claims }) => claims ?? [])) times.set(id, (times.get(id) ?? 0) + 1);
  const invalid = (why: string): Fault => ({ code: "invalid_input", why });
  return ({ id, firstName, lastName, claims = [] }) => {
    // Some people have one name only; a name that cannot be read is a fault of the row.
    const missing = Object.entries({ firstName, lastName }).flatMap(([field, name]) =>
      name === undefined ? [field] : [],
    );
    const isNamed = missing.length === 0 || (missing.length === 1 && !unreadNames.has(`${id} ${missing[0]}`));
    if (!isNamed && !stored.has(id)) return invalid(`${missing[0]}: must not be empty for a user who is new.`);
    const twice = claims.find((claim) => times.get(claim.id)! > 1);
    if (twice) return invalid(`Claim ${twice.id} comes twice in this import; send each once.`);
    const taken = claims.find((claim) => ofOthers.has(claim.id));
    return taken ? { code: "conflict", why: `Claim ${taken.id} belongs to another user.` } : null;
  };
}

const isName = ({ field }: NotUnderstood): boolean => field === "firstName" || field === "lastName";
const isBlank = ({ value }: NotUnderstood): boolean => value.trim() === "";

/** Another import gave the claim to its user while this one was under way. */
function notOurs({ userId, id }: { userId: bigint; id: bigint }): NotUnderstood {
  return { userId: String(userId), field: "claims", value: String(id), why: `Claim ${id} belongs to another user.` };
}

/** Whether something is written there, and not a whole letter: that is kept as the number, dialable or not. */
function isUsable(phone: string | null): phone is string {
  return phone !== null && phone !== "" && phone.length <= MOST.number;
}

/** Whether it replaces what is stored: "unknown" and "ask reception" do not replace a number that can be dialled. */
function replacesKnown(phone: string | null, known: string | null | undefined): phone is string {
  return isUsable(phone) && (/\p{Nd}/u.test(phone) || !known);
}

type ReadRow = Omit<Taken, "phone" | "phones" | "before"> & {
  phone: string;
  number: string | null;
  /** Whether the number says no country, so that it is read in the way of the user's. */
  isNational: boolean;
  zoneGuess: string;
  phones?: { number: string; dials: string | null; isNational: boolean; label?: string | undefined }[];
  /** The numbers and further numbers of the row that count as left out: empty, or endless. */
  unusable: string[];
};

/** Stands for the number of a user who has none. */
const NO_NUMBER = "none";

/** Adds the dialled form of each number, read as in the country of its user; a stored zone counts for it already. */
function withNumbers({ limits }: Ctx, users: readonly Taken[]): ReadRow[] {
  return users.map(({ phones, before, ...user }) => {
    const country = dialledFrom(
      { country: user.country ?? undefined, timeZone: user.timeZone ?? before?.timeZone ?? undefined },
      limits.defaultCountry ?? countryOfZone(limits.deskTimeZone),
    );
    const given = replacesKnown(user.phone, before?.number) ? user.phone : undefined;
    const phone = given ?? (before?.phone || NO_NUMBER);
    const further = phones?.flatMap(({ number, ...rest }) =>
      isUsable(number) ? [{ ...rest, number, dials: readNumber(number, country), isNational: isNational(number) }] : [],
    );
    return {
      ...user,
      phone,
      number: given ? (readNumber(phone, country) ?? asBefore(phone, before)) : (before?.number ?? null),
      isNational: isNational(phone),
      zoneGuess: zoneGuessOf(phone, limits.deskTimeZone),
      ...(further && { phones: further }),
      unusable: user.isOnlyMarked
        ? []
        : [
            ...new Set([
              ...(given === undefined ? [shown(user.phone ?? "")] : []),
              ...unusableOf((phones ?? []).map(({ number }) => number)),
            ]),
          ],
    };
  });
}

/** The stored number, when the row repeats it: in a zone in which its digits cannot be read it stays what it was. */
function asBefore(phone: string, before: Known | undefined): string | null {
  return before?.number ? readAgain(phone, before.number) : null;
}

const isNational = (phone: string): boolean => readNumber(phone, null) === null;

/** Each once, as far as an answer repeats it. */
function unusableOf(given: readonly (string | null)[]): string[] {
  const named = given.filter((phone) => !isUsable(phone)).map((phone) => shown(phone ?? ""));
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
