import { z } from "zod";

/**
 * Something that an installation may set: the one place where its form, its default and its meaning are written. The parser
 * (`lib/base/env.ts`), `.env.example` and `docs/environment.md` are made from it.
 */
export type Setting<S extends z.ZodType = z.ZodType> = Readonly<{
  /** For operators and supervisors, in a sentence or two. */
  meaning: string;
  /** Reads what is written. */
  schema: S;
  /** What it may be, in a few words, where the meaning does not say it. */
  form?: string;
  /** What counts when nothing is written, in the words in which it would be written. Without one nothing does. */
  usual?: string;
  /** Where a value comes from when neither is there. */
  otherwise?: string;
  /** What must be set as well when this is set, or only when it is set to `value`. */
  needs?: Readonly<{ variable: string; value?: string }>;
  /** What is said when a process starts with this value. */
  warns?: Readonly<{ value: string; sentence: string }>;
}>;

/** A setting that operations find in `ctx.limits`, under the name of its entry; `variable` is that of the environment. */
export type Limit<S extends z.ZodType = z.ZodType> = Setting<S> & Readonly<{ variable: string }>;

/** A whole number within its range. */
export type Count = Limit<z.ZodType<number>> & Readonly<{ min: number; max: number }>;

/** The same, and supervisors may set it on the screen of the settings; what they set counts before the environment. */
export type DeskLimit = Count & Readonly<{ setBy: "supervisors" }>;

/** What is read of a table of settings, by the names of its entries. */
export type ValuesOf<T extends Readonly<Record<string, Setting>>> = {
  readonly [K in keyof T]: z.infer<T[K]["schema"]>;
};

type CountGiven = { variable: string; meaning: string; usual: number; min?: number; max: number };

/** A whole number from `min`, without which from 1, to `max`. */
export function count({ usual, min = 1, max, ...given }: CountGiven): Count {
  return { ...given, min, max, usual: String(usual), ...wholeNumber(min, max) };
}

/** A number that supervisors may set. */
export function deskLimit(given: CountGiven): DeskLimit {
  return { ...count(given), setBy: "supervisors" };
}

/** The schema of a whole number within this range, and the range in words. */
export function wholeNumber(min: number, max: number) {
  const error = `must be a whole number from ${min} to ${max}`;
  return {
    schema: z.coerce.number({ error }).int({ error }).min(min, error).max(max, error),
    form: `${min} to ${max}`,
  };
}

/** 0 or 1, as false or true. */
export const flag = { schema: z.enum(["0", "1"], { error: "must be 0 or 1" }).transform((written) => written === "1") };

/** One of a few words. */
export function oneOf<const W extends readonly [string, ...string[]]>(...words: W) {
  const form = words.join(" or ");
  return { schema: z.enum(words, { error: `must be ${form}` }), form };
}

const UNIT_SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** A length of time with its unit, such as 30s or 24h, read as seconds; `max` in seconds, too. */
export function duration(max: number) {
  const error = "must be a number with its unit, such as 30s, 5m, 24h or 7d";
  const schema = z
    .string()
    .regex(/^[0-9]{1,6}[smhd]$/, error)
    .transform((text) => Number(text.slice(0, -1)) * UNIT_SECONDS[text.slice(-1) as keyof typeof UNIT_SECONDS])
    .pipe(
      z
        .int()
        .min(1, "must be at least 1s")
        .max(max, `must be at most ${max / UNIT_SECONDS.h}h`),
    );
  return { schema, form: "a number with its unit: s, m, h or d" };
}

/** A secret of one line. */
export const secret = z
  .string()
  .min(16, "must be at least 16 characters long")
  .regex(/^[\x21-\x7e]+$/, "must be one line without spaces");

/** What is so long that nobody finds it by trying. */
export const longSecret = secret.min(32, "must be at least 32 characters long");

/** One or, while they are being changed, two secrets with a comma. */
export const secrets = (form: z.ZodString) =>
  z
    .string()
    .transform((list) => list.split(","))
    .pipe(z.array(form).max(2));

/** The address of a service over HTTP; `error` says which. */
export const httpAddress = (error: string) => z.url({ protocol: /^https?$/, error });

/** What is written with commas or blanks between. */
export const listOf = <S extends z.ZodType<string, string>>(item: S) =>
  z
    .string()
    .transform((list) => list.split(/[\s,]+/).filter((one) => one !== ""))
    .pipe(z.array(item));

/** What is null unless it is written. */
export const orNull = <S extends z.ZodType>(schema: S) => schema.optional().transform((value) => value ?? null);
