import { z } from "zod";

const MAX_INT8 = 9_223_372_036_854_775_807n;
const MAX_INT4 = 2_147_483_647;

/** A user, claim or call id: comes in as digits or a whole number, is a bigint inside. The edge keeps large numbers exact. */
export const bigId = z
  .union([
    z.string().regex(/^[1-9][0-9]{0,18}$/, "must be an id: digits only"),
    z.int().positive(),
    z.bigint().positive(),
  ])
  .transform((value) => BigInt(value))
  .refine((value) => value <= MAX_INT8, "is larger than any id");

/** An agent, callback or queue entry id: a whole number, or its digits. */
export const smallId = z
  .union([z.string().regex(/^[1-9][0-9]{0,9}$/, "must be an id: digits only"), z.int().positive()])
  .transform(Number)
  .refine((value) => value <= MAX_INT4, "is larger than any id");

/** How a bigint id leaves the API: a string of digits, because a JavaScript number would round it. */
export const bigIdOut = z.union([z.bigint(), z.string()]).transform(String);

/** An instant as it leaves the API: ISO 8601, UTC. */
export const instantOut = z
  .union([z.date(), z.iso.datetime()])
  .transform((value) => (value instanceof Date ? value.toISOString() : value));
