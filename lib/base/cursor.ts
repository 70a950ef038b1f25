import { z } from "zod";

/**
 * Where a page of a list ended: the instant and the id by which its last row was shown, so that the next page goes on
 * from there, whatever has become of that row since. Opaque to clients.
 */
export type Cursor = { at: Date; id: string };

/** A cursor as it comes in: the `nextCursor` of the page before. `id` is what an id of the list looks like. */
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
