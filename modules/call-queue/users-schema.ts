import { z } from "zod";
import { bigId, bigIdOut, instantIn, smallId } from "#lib/base/ids";
import { freeText } from "#lib/base/text";

const name = freeText().trim().min(1).max(100);

const requirement = z.strictObject({ type: name, status: name, createdAt: instantIn });
const claim = z.strictObject({
  id: bigId,
  status: name,
  /** Absent: the signature is there. */
  signatureMissingSince: instantIn.nullish(),
  signatureType: z.enum(["initial", "resign"]).nullish(),
  requirements: z.array(requirement).max(200).default([]),
});
/** In a thousand rows some fields contain something other than a number; none of them is a reason to refuse the others. */
const written = freeText().trim().nullable();
const user = z.strictObject({
  /** Two rows with one id are one user: the fields of the later row count, and the answer names the user. */
  id: bigId,
  firstName: name,
  lastName: name,
  /**
   * The number as it is written; read in the way of `country`, else of the country of the zone, else of DEFAULT_COUNTRY. A text
   * that is no number is stored as it is, and named in the answer; one that is empty or longer than 200 characters counts as left
   * out, and is named there, too.
   */
  phone: written,
  /** Further numbers; when given, they replace the stored ones. */
  phones: z
    .array(z.strictObject({ number: written, label: name.optional() }))
    .max(20)
    .optional(),
  /** ISO 3166, such as GB. An unknown one counts as left out, and is named in the answer. */
  country: written.optional(),
  /** One that is no address counts as left out, and is named in the answer. */
  email: written.optional(),
  /** An IANA name. An unknown one counts as left out, and is named in the answer. */
  timeZone: written.optional(),
  /** True always marks the number; false lifts only a mark that an earlier import of this user set. */
  doNotCall: z.boolean().optional(),
  /** The user's claims; when given, they replace the stored ones. */
  claims: z.array(claim).max(200).optional(),
});

export const importUsersInput = z.strictObject({ users: z.array(user).min(1).max(1_000) });
export type ImportUsersInput = z.infer<typeof importUsersInput>;
export const importUsersAnswer = z.object({
  upserted: z.int(),
  /** Numbers that were stored as they are and cannot be dialled: not a number, or one of an unknown country. */
  notDialable: z.array(z.object({ userId: bigIdOut, phone: z.string() })),
  /**
   * Unknown zones and countries, and texts that are no e-mail address: their rows were stored without them. An id that comes twice
   * is here, too: its rows were stored as one, and the later row counts.
   */
  notUnderstood: z.array(
    z.object({ userId: bigIdOut, field: z.enum(["timeZone", "country", "email", "id"]), value: z.string() }),
  ),
  /** Rows with `doNotCall: false` whose mark was kept, because an import may not lift it. */
  doNotCallKept: z.int(),
});

export const allowCallsInput = z.strictObject({
  userId: bigId,
  reason: freeText().trim().min(3).max(500),
  /** One of the user's further numbers, or one that a promise names; without it, the user's own. */
  phone: freeText().trim().min(3).max(40).optional(),
});
export const allowCallsAnswer = z.object({
  success: z.literal(true),
  message: z.string(),
  /** How many users have the number. */
  users: z.int(),
});

export const lookUpInput = z.strictObject({
  agentId: smallId,
  /** The full number, with its country code or as it is dialled within the country. */
  phone: freeText()
    .trim()
    .max(32)
    .regex(/^[-+0-9 ()./]+$/, "must be a telephone number")
    .refine((phone) => phone.replace(/[^0-9]/g, "").length >= 5, "must be the full telephone number"),
});
export const lookUpAnswer = z.object({
  /** Null: no user has this number. */
  user: z.object({ userId: bigIdOut, name: z.string(), timeZone: z.string(), isZoneKnown: z.boolean() }).nullable(),
});

export const refreshAnswer = z.object({
  success: z.literal(true),
  message: z.string(),
  /** True when another refresh was running and this one did nothing. */
  skipped: z.boolean(),
  results: z.object({
    queued: z.int(),
    updated: z.int(),
    removed: z.int(),
    eligible: z.object({ unsigned_users: z.int(), outstanding_requests: z.int() }),
  }),
  /** Whole milliseconds. */
  duration: z.int(),
});
export type RefreshAnswer = z.infer<typeof refreshAnswer>;
