import { z } from "zod";

const documented = new WeakMap<z.ZodType, z.ZodType>();

/**
 * Takes a row of a list as it comes: its operation reads the rows one by one, so that a bad one costs no other. The documents
 * describe it as `row`.
 */
export function unreadRow(row: z.ZodType): z.ZodUnknown {
  const taken = z.unknown();
  documented.set(taken, row);
  return taken;
}

/** The schema of the row that this schema takes unread, if it does. */
export function rowBehind(schema: unknown): z.ZodType | undefined {
  return documented.get(schema as z.ZodType);
}
