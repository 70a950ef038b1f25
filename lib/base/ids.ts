import { z } from "zod";

const MAX_INT8 = 9_223_372_036_854_775_807n;
const MAX_INT4 = 2_147_483_647;

/**
 * The id of a user, claim or call: digits or a whole number in a request, a bigint inside. The edge keeps large numbers exact.
 */
export const bigId = z
  .union([
    z.string().regex(/^[1-9][0-9]{0,18}$/, "must be an id: digits only"),
    z.int().positive(),
    z.bigint().positive(),
  ])
  .transform((value) => BigInt(value))
  .refine((value) => value <= MAX_INT8, "is larger than any id");

/** The id of an agent, callback or queue entry: a whole number, or its digits. */
export const smallId = z
  .union([z.string().regex(/^[1-9][0-9]{0,9}$/, "must be an id: digits only"), z.int().positive()])
  .transform(Number)
  .refine((value) => value <= MAX_INT4, "is larger than any id");

/** A bigint id in an answer: a string of digits, because a JavaScript number would round it. */
export const bigIdOut = z.union([z.bigint(), z.string()]).transform(String);

const isOfOurTime = (text: string): boolean => text >= "1900" && text < "9999";
const OUR_TIME = "must be a time between 1900 and 9998";

/** Further from UTC than Kiritimati, with its 14 hours, no clock is set; the database reads offsets below 16 hours only. */
const isOfSomeZone = (text: string): boolean => !/[+-](1[5-9]|2[0-3]):[0-9]{2}$/.test(text);

/** RFC 3339: T and Z may be small. */
const RFC_3339 = new RegExp(z.regexes.datetime({ offset: true }).source, "i");
const LEAP_SECOND = /:60(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/** An instant in a request: with an offset, and in a year that a person may mean. */
export const instantIn = z
  .stringFormat("datetime", RFC_3339, {
    error: ({ input }) =>
      LEAP_SECOND.test(String(input))
        ? "must not be a leap second, which no clock here shows; send the second after it"
        : "must be a time with an offset, such as 2026-03-02T15:00:00Z",
  })
  .toUpperCase()
  .refine(isOfOurTime, OUR_TIME)
  .refine(isOfSomeZone, "must have an offset that a clock can have, such as +02:00");

/** A wall-clock time in a request, without an offset. */
export const localTimeIn = z.iso
  .datetime({ local: true, error: "must be a time such as 2026-03-02T15:00" })
  .refine(isOfOurTime, OUR_TIME);

/** An instant in an answer: ISO 8601, UTC. */
export const instantOut = z
  .union([z.date(), z.iso.datetime()])
  .transform((value) => (value instanceof Date ? value.toISOString() : value));
