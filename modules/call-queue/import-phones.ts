/** The numbers of an import: how each is dialled, and which of them cannot be. */
import type { z } from "zod";
import type { Ctx } from "#lib/base/context";
import { dialledFrom, readAgain, readNumber } from "#lib/base/phone";
import { countryOfZone } from "#lib/time/country";
import { zoneGuessOf } from "#lib/time/zone-of-number";
import { isUsable, type Taken } from "./import-rows.ts";
import { shown } from "./import-schema.ts";
import type { Known } from "./sql/import-numbers.ts";
import type { importUsersAnswer } from "./users-schema.ts";

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
export function withNumbers({ limits }: Ctx, users: readonly Taken[]): ReadRow[] {
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
    const leftOut = [
      ...(given === undefined ? [user.phone] : []),
      ...(phones ?? []).map(({ number }) => number).filter((number) => !isUsable(number)),
    ];
    return {
      ...user,
      phone,
      number: given ? (readNumber(phone, country) ?? asBefore(phone, before)) : (before?.number ?? null),
      isNational: isNational(phone),
      zoneGuess: zoneGuessOf(phone, limits.deskTimeZone),
      ...(further && { phones: further }),
      unusable: user.isOnlyMarked ? [] : [...new Set(leftOut.map((number) => shown(number ?? "")))],
    };
  });
}

/** The stored number, when the row repeats it: in a zone in which its digits cannot be read it stays what it was. */
function asBefore(phone: string, before: Known | undefined): string | null {
  return before?.number ? readAgain(phone, before.number) : null;
}

const isNational = (phone: string): boolean => readNumber(phone, null) === null;

/** The numbers that are stored as they are written and cannot be dialled, and those that were left out. */
export function notDialableOf(rows: readonly ReadRow[]): z.infer<typeof importUsersAnswer>["notDialable"] {
  return rows.flatMap(({ id, phone, number, phones = [], unusable }) =>
    [{ given: phone, dials: number }, ...phones.map(({ number: given, dials }) => ({ given, dials }))]
      .filter(({ given, dials }) => dials === null && given !== NO_NUMBER)
      .map(({ given }) => given)
      .concat(unusable)
      .map((given) => ({ userId: String(id), phone: given })),
  );
}
