import { z } from "zod";
import { bigId, bigIdOut, smallId } from "#lib/base/ids";
import { unreadRow } from "#lib/base/rows";
import { freeText } from "#lib/base/text";
import { FIELDS, importedUser, readRows, type ReadRows } from "./import-schema.ts";

/** The rows are read one by one; an import of which no row can be taken is refused. */
export const importUsersInput = z
  .strictObject({ users: z.array(unreadRow(importedUser)).min(1).max(1_000) })
  .transform(({ users }, { addIssue }): ReadRows => {
    const read = readRows(users);
    if (read.users.length > 0) return read;
    for (const { row, why } of read.refused) {
      // The sentence about the whole body ends with a full stop of its own.
      addIssue({ code: "custom", path: ["users", row - 1], message: why.replace(/\.+$/, "") });
    }
    return z.NEVER;
  });
export type ImportUsersInput = z.infer<typeof importUsersInput>;
export const importUsersAnswer = z.object({
  upserted: z.int(),
  /** Numbers that were stored as they are and cannot be dialled: not a number, or one of an unknown country. */
  notDialable: z.array(z.object({ userId: bigIdOut, phone: z.string() })),
  /**
   * Fields that cannot be read, such as an unknown zone or a text that is no e-mail address: their rows were stored without them. A
   * name that is too long was cut. An id that comes twice is here, too: its rows were stored as one, and the later row counts.
   */
  notUnderstood: z.array(z.object({ userId: bigIdOut, field: z.enum(FIELDS), value: z.string(), why: z.string() })),
  /**
   * Rows of which nothing was stored but do-not-call: `row` is the place in the list, from 1; `userId` is null without a readable
   * id.
   */
  refused: z.array(z.object({ row: z.int(), userId: bigIdOut.nullable(), why: z.string() })),
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

/** A number as it is written or pasted: with a scheme, an extension, or the mark of a spreadsheet around it. */
const PASTED_NUMBER =
  /^=?["']?(?:tel:)?[\p{Nd}\p{Pd}\p{Zs}\u2212\uff0b+()./]+(?:[;,]?\s*(?:\p{L}+|#)[.:=]?\s*\p{Nd}+)?"?$/iu;
const digitsIn = (text: string): number => text.replace(/\P{Nd}/gu, "").length;

export const lookUpInput = z.strictObject({
  agentId: smallId,
  /** The full number, with its country code or as it is dialled within the country. */
  phone: freeText()
    .trim()
    .max(64)
    .regex(PASTED_NUMBER, "must be a telephone number")
    .refine((phone) => digitsIn(phone) >= 5 && digitsIn(phone) <= 30, "must be the full telephone number"),
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
