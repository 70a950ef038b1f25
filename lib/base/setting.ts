import { z } from "zod";

/**
 * A setting of an installation: the one place for its form, its default and its meaning. The parser (`lib/base/env.ts`),
 * `.env.example` and `docs/environment.md` are made from it.
 */
export type Setting<S extends z.ZodType = z.ZodType> = Readonly<{
  /** For operators and supervisors, in a sentence or two. */
  meaning: string;
  /** Parses the written value. */
  schema: S;
  /** Its form in a few words, where the meaning does not say it. */
  form?: string;
  /** The default, as it would be written; without one the setting has no default. */
  usual?: string;
  /** The source of a value when there is neither a value nor a default. */
  otherwise?: string;
  /** A variable that must be set as well when this one is set, or only when this one is set to `value`. */
  needs?: Readonly<{ variable: string; value?: string }>;
  /** The warning of a process that starts with this value. */
  warns?: Readonly<{ value: string; sentence: string }>;
}>;

/** A setting that operations read from `ctx.limits`, under the name of its entry; `variable` is its name in the environment. */
export type Limit<S extends z.ZodType = z.ZodType> = Setting<S> & Readonly<{ variable: string }>;

/** A whole number within its range. */
export type Count = Limit<z.ZodType<number>> & Readonly<{ min: number; max: number }>;

/** A number that supervisors may also set on the screen of the settings; their value takes precedence over the environment. */
export type DeskLimit = Count & Readonly<{ setBy: "supervisors" }>;

/** The parsed values of a table of settings, by the names of its entries. */
export type ValuesOf<T extends Readonly<Record<string, Setting>>> = {
  readonly [K in keyof T]: z.infer<T[K]["schema"]>;
};

type CountGiven = { variable: string; meaning: string; usual: number; min?: number; max: number };

/** A whole number from `min` (default 1) to `max`. */
export function count({ usual, min = 1, max, ...given }: CountGiven): Count {
  return { ...given, min, max, usual: String(usual), ...wholeNumber(min, max) };
}

/** A number that supervisors may set. */
export function deskLimit(given: CountGiven): DeskLimit {
  return { ...count(given), setBy: "supervisors" };
}

/** The schema of a whole number in this range, and the range in words. */
export function wholeNumber(min: number, max: number) {
  const error = `must be a whole number from ${min} to ${max}`;
  return {
    schema: z
      .string()
      .regex(/^[0-9]{1,15}$/, error)
      .transform(Number)
      .pipe(z.number().min(min, error).max(max, error)),
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

/** A duration with its unit, such as 30s or 24h, parsed to seconds; `max` is in seconds, too. */
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

/** A secret that is too long to be found by trying. */
export const longSecret = secret.min(32, "must be at least 32 characters long");

/** One secret, or two with a comma while they are being changed. */
export const secrets = (form: z.ZodString) =>
  z
    .string()
    .transform((list) => list.split(","))
    .pipe(z.array(form).max(2));

/** The address of a service over HTTP; `error` is the message for another one. */
export const httpAddress = (error: string) => z.url({ protocol: /^https?$/, error });

/** Whether every % of the text begins an encoded character. */
export function isPercentEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * A URL whose user, password and path can be read, such as smtps://user:pass%40word@host; `error` is the message for another one.
 */
export const serverUrl = (protocol: RegExp, error: string) =>
  z
    .url({ protocol, error })
    .refine(
      (written) => isPercentEncoded(partsOf(written)),
      "must be percent-encoded in its user, password and path: % as %25, @ as %40, / as %2F",
    );

/** The address of a server, as `serverUrl`, with the name of its host; a password needs its user. */
export const serverAddress = (protocol: RegExp, error: string) =>
  serverUrl(protocol, error).refine((written) => {
    const url = URL.parse(written);
    return url !== null && url.hostname !== "" && (url.username !== "" || url.password === "");
  }, error);

function partsOf(written: string): string {
  const { username, password, pathname } = URL.parse(written) ?? { username: "", password: "", pathname: "" };
  return [username, password, pathname].join("/");
}

/** A list with commas or blanks between its items. */
export const listOf = <S extends z.ZodType<string, string>>(item: S) =>
  z
    .string()
    .transform((list) => list.split(/[\s,]+/).filter((one) => one !== ""))
    .pipe(z.array(item));

/** An optional value: null when it is not set. */
export const orNull = <S extends z.ZodType>(schema: S) => schema.optional().transform((value) => value ?? null);
