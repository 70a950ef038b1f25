import { z } from "zod";
import { faultOf } from "#lib/base/input-words";
import { bigId, instantIn } from "#lib/base/ids";
import { freeText, isStorableText } from "#lib/base/text";

/** Maximum characters of a name or label, and of a number or a text that the answer repeats. */
export const MOST = { name: 100, number: 200, numbers: 20 } as const;

const CANNOT_BE_STORED = "holds a character that cannot be stored";
const word = freeText().trim().min(1, "must not be empty").max(MOST.name).refine(isStorableText, CANNOT_BE_STORED);

const requirement = z.strictObject({ type: word, status: word, createdAt: instantIn });
const claim = z.strictObject({
  id: bigId,
  status: word,
  /** Absent: the signature is there. */
  signatureMissingSince: instantIn.nullish(),
  signatureType: z.enum(["initial", "resign"]).nullish(),
  requirements: z.array(requirement).max(200).default([]),
});
/** In a thousand rows some fields contain something other than a number; none of them is a reason to refuse the others. */
const written = freeText().trim().nullable();
const furtherNumber = z.strictObject({ number: written, label: word.optional() });

/** One row of an import, as it should be. */
export const importedUser = z.strictObject({
  /** Two rows with one id are one user: the fields of the later row count, and the answer names the user. */
  id: bigId,
  /** A user who is new needs one of the two: some people have one name only. One that is left out stays as it is stored. */
  firstName: word.optional(),
  lastName: word.optional(),
  /**
   * The number as it is written; read in the way of `country`, else of the country of the zone, else of DEFAULT_COUNTRY. A text
   * that is no number is stored as it is, and named in the answer; one that is empty or longer than 200 characters, or without a
   * digit where a number is known, counts as left out, and is named there, too.
   */
  phone: written,
  /** Further numbers; when given, they replace the stored ones. */
  phones: z.array(furtherNumber).max(MOST.numbers).optional(),
  /** ISO 3166, such as GB; in any letters, and UK for GB. An unknown one counts as left out, and is named in the answer. */
  country: written.optional(),
  /** One that is no address counts as left out, and is named in the answer. */
  email: written.optional(),
  /** An IANA name. An unknown one counts as left out, and is named in the answer. */
  timeZone: written.optional(),
  /** True always marks the number; false lifts only a mark that an earlier import of this user set. */
  doNotCall: z.boolean().nullish(),
  /** The user's claims; when given, they replace the stored ones. */
  claims: z.array(claim).max(200).optional(),
});

export type Row = z.output<typeof importedUser> & {
  /** Its place in the import, from 1. */
  row?: number;
};

export const FIELDS = [
  "timeZone",
  "country",
  "email",
  "id",
  "firstName",
  "lastName",
  "phone",
  "phones",
  "claims",
] as const;
/** A field that its row was taken without, or not as it was given. */
export type NotUnderstood = { userId: string; field: (typeof FIELDS)[number]; value: string; why: string };

/** A row of which nothing was taken, and why not. */
export type RefusedRow = {
  row: number;
  userId: string | null;
  why: string;
  code: "invalid_input" | "conflict";
  /** Whether it says in any words that the user asked not to be called, which counts also when the rest of the row is wrong. */
  isDoNotCall: boolean;
};

export type ReadRows = { users: Row[]; refused?: RefusedRow[]; notUnderstood?: NotUnderstood[] };

/**
 * Reads the rows of an import one by one: a row without an id, with fields that nobody knows, with a `doNotCall` that is neither
 * true nor false, or with a malformed claim is refused; other fields that cannot be read are removed from their row.
 */
export function readRows(given: readonly unknown[]): Required<ReadRows> {
  const read: Required<ReadRows> = { users: [], refused: [], notUnderstood: [] };
  for (const [at, value] of given.entries()) {
    const fields = { ...(value as object) } as Record<string, unknown>;
    const userId = bigId.safeParse(fields.id).data?.toString() ?? null;
    const leftOut = userId === null ? [] : soften(fields, userId);
    const { data, error } = importedUser.safeParse(isObject(value) ? fields : value);
    const row = at + 1;
    if (data) {
      read.users.push({ ...data, row });
      read.notUnderstood.push(...leftOut);
    } else {
      const isDoNotCall = saysYes(fields.doNotCall);
      read.refused.push({ row, userId, why: sentenceOf(error), code: "invalid_input", isDoNotCall });
    }
  }
  return read;
}

/** Removes from the fields what cannot be read and need not be there, and returns what that was. */
function soften(fields: Record<string, unknown>, userId: string): NotUnderstood[] {
  const leftOut: NotUnderstood[] = [];
  const note = (field: NotUnderstood["field"], value: unknown, why: string): void => {
    leftOut.push({ userId, field, value: shown(value), why });
  };
  for (const field of ["firstName", "lastName"] as const) {
    const name = fields[field];
    if (word.safeParse(name).success) {
      if (MISREAD.test(String(name)))
        note(field, name, "Some of these letters were lost or read in another encoding; it was stored as it is.");
      continue;
    }
    const cut = word.safeParse(beginningOf(name)).data;
    if (cut === undefined) delete fields[field];
    else fields[field] = cut;
    note(field, name ?? "", cut === undefined ? "This is no name; the stored one stays." : TOO_LONG);
  }
  if (typeof fields.phone === "number" || typeof fields.phone === "bigint") fields.phone = String(fields.phone);
  if (!isText(fields.phone)) {
    if (fields.phone !== undefined && fields.phone !== null) note("phone", fields.phone, "This is no text.");
    fields.phone = null;
  }
  for (const field of ["country", "email", "timeZone"] as const) {
    const value = fields[field];
    if (value === undefined || value === null || isText(value)) continue;
    delete fields[field];
    note(field, value, "This is no text that can be stored; the stored one stays.");
  }
  for (const field of ["phones", "claims"]) if (fields[field] === null) delete fields[field];
  if (fields.phones !== undefined) softenNumbers(fields, (value, why) => note("phones", value, why));
  return leftOut;
}

/** Letters that were UTF-8 and read as another encoding, such as JosÃ©, or that a conversion has lost. */
const MISREAD = /\ufffd|[\u00c2\u00c3][\u0080-\u00bf]|\u00e2\u20ac|[\u00d0\u00d1][\u0080-\u00bf]/;

/** Whether a value that should be true or false means yes: a wish not to be called counts in any words. */
function saysYes(value: unknown): boolean {
  return (
    value === true ||
    value === 1 ||
    (typeof value === "string" && /^\s*(?:true|t|yes|y|x|1|on|ja|j|oui|si|sí|sim)\s*$/i.test(value))
  );
}

const TOO_LONG = `This is longer than ${MOST.name} characters, and was cut.`;

function softenNumbers(fields: Record<string, unknown>, note: (value: unknown, why: string) => void): void {
  if (!Array.isArray(fields.phones)) {
    note(fields.phones, "This is no list of numbers; the stored ones stay.");
    delete fields.phones;
    return;
  }
  const read = fields.phones.flatMap((given: unknown) => {
    if (furtherNumber.safeParse(given).success) return [given];
    const { number, label } = { ...(given as object) } as { number?: unknown; label?: unknown };
    const bare = furtherNumber.safeParse({ number }).data;
    if (bare === undefined || !isText(number)) {
      note(given, "This is no further number; it was left out.");
      return [];
    }
    const cut = word.safeParse(beginningOf(label)).data;
    note(label, cut === undefined ? "This is no label; its number was taken without one." : TOO_LONG);
    return [{ ...bare, ...(cut !== undefined && { label: cut }) }];
  });
  const over = read.slice(MOST.numbers);
  if (over.length > 0) note(over, `A user has at most ${MOST.numbers} further numbers; these were left out.`);
  fields.phones = read.slice(0, MOST.numbers);
}

/** As much of a text as a name may have, whole characters. */
function beginningOf(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  let taken = "";
  for (const { segment } of new Intl.Segmenter().segment(value.trim().slice(0, 10 * MOST.name))) {
    if (taken.length + segment.length > MOST.name) break;
    taken += segment;
  }
  return taken;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && isStorableText(value);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value as text, as long as an answer repeats it. */
export function shown(value: unknown): string {
  const text =
    typeof value === "string"
      ? value
      : JSON.stringify(value, (_key, inner: unknown) => (typeof inner === "bigint" ? String(inner) : inner));
  return (text ?? "").slice(0, MOST.number).toWellFormed();
}

function sentenceOf({ issues }: z.ZodError): string {
  const { path, message } = issues[0]!;
  return faultOf({ path, message: message.slice(0, MOST.number) });
}
