/** The rows of an import, before anything is written: which can be taken, and what of them is left out. */
import { countryCode } from "#lib/base/phone";
import { Refusal } from "#lib/base/errors";
import { isMailAddress } from "#lib/base/mail-address";
import type { Ctx } from "#lib/base/context";
import { isZone } from "#lib/time/zone";
import { MOST, type NotUnderstood, type RefusedRow, type Row, shown } from "./import-schema.ts";
import { type Known, knownUsers } from "./sql/import-numbers.ts";
import { claimsOfOthers } from "./sql/import-users.ts";
import type { ImportUsersInput } from "./users-schema.ts";

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
export function understood(given: Row, place: number): Understood {
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

/**
 * Makes one row of those with one id: a field that the later row leaves out keeps the value of the earlier row, as between imports.
 */
export function oncePerUser(read: readonly Understood[]): {
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
export type Taken = Row & { before: Known | undefined; isOnlyMarked?: true };

/** Parts the rows that can be taken from those that cannot. Refuses the import when there are none. */
export async function sortOut(
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

/**
 * The fields of stored rows that the answer names. A name left empty does not count for a user who is new: some people have one
 * name only.
 */
export function fieldsToName(fields: readonly NotUnderstood[], taken: readonly Taken[]): NotUnderstood[] {
  const stored = new Map(taken.filter(({ isOnlyMarked }) => !isOnlyMarked).map((row) => [String(row.id), row]));
  return fields.filter((field) => {
    const row = stored.get(field.userId);
    return row !== undefined && !(isName(field) && isBlank(field) && row.before === undefined);
  });
}

const isName = ({ field }: NotUnderstood): boolean => field === "firstName" || field === "lastName";
const isBlank = ({ value }: NotUnderstood): boolean => value.trim() === "";

/** Whether something is written there, and not a whole letter: that is kept as the number, dialable or not. */
export function isUsable(phone: string | null): phone is string {
  return phone !== null && phone !== "" && phone.length <= MOST.number;
}
