import { z } from "zod";

/**
 * The end of a page of a list: the instant and the id with which its last row was shown. The next page continues from there, even
 * when that row has changed since. Opaque to clients.
 */
export type Cursor = { at: Date; id: string };

/** The schema of a cursor, the `nextCursor` of the page before. `id` matches an id of the list. */
export function cursorIn(id: RegExp) {
  return z
    .string()
    .max(300)
    .transform((text, ctx): Cursor => {
      const [, at, rest = ""] = text.match(/^([0-9]{1,15})\.(.+)$/s) ?? [];
      if (at !== undefined && id.test(rest)) return { at: new Date(Number(at)), id: rest };
      ctx.addIssue({ code: "custom", message: "must be the nextCursor of the page before" });
      return z.NEVER;
    });
}

/** The cursor after a row that was shown with `at` and `id`. */
export function cursorAfter(at: Date | string, id: string | number): string {
  return `${new Date(at).getTime()}.${id}`;
}

/**
 * A page of `limit` rows at most, of a list that was read with one row more: `last` is its last row when others follow, else
 * missing.
 */
export function pageOf<T>(found: readonly T[], limit: number): { page: T[]; last: T | undefined } {
  const page = found.slice(0, limit);
  return { page, last: found.length > limit ? page.at(-1) : undefined };
}
