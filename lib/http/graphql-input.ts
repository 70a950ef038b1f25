import { Refusal } from "#lib/base/errors";
import { smallId } from "#lib/base/ids";

/** The number of an `ID`. Refuses `invalid_input`. */
export function idOf(id: string): number {
  const parsed = smallId.safeParse(id);
  if (parsed.success) return parsed.data;
  throw new Refusal("invalid_input", "An id must be one that an answer gave: digits only, and not too many.");
}

/** The same, or undefined without an id. An empty id does not mean "all": refuses `invalid_input`. */
export function idIfGiven(id: string | null | undefined): number | undefined {
  return id === null || id === undefined ? undefined : idOf(id);
}

type WithoutNulls<T> = T extends Date | bigint
  ? T
  : T extends readonly (infer One)[]
    ? WithoutNulls<One>[]
    : T extends object
      ? { [K in keyof T]: WithoutNulls<Exclude<T[K], null>> }
      : T;

/** An input as operations take it: without its null fields. */
export function withoutNulls<T>(input: T): WithoutNulls<T> {
  if (Array.isArray(input)) return input.map((one: unknown) => withoutNulls(one)) as WithoutNulls<T>;
  if (typeof input !== "object" || input === null || input instanceof Date) return input as WithoutNulls<T>;
  const entries = Object.entries(input).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutNulls(value)])) as WithoutNulls<T>;
}
