import { z } from "zod";
import { faultOf, firstFaults } from "#lib/base/input-words";
import { JobValidationError } from "./errors.ts";

/** Parses an input. Refuses with a JobValidationError that names the first fault. */
export function checked<S extends z.ZodType>(schema: S, given: unknown): z.output<S> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const faults = firstFaults(parsed.error.issues);
  const issues = faults.map(({ path, message }) => ({ path: path.map(String).join("."), message }));
  throw new JobValidationError(faultOf(faults[0]!), { issues });
}

/** The requested length of a list. */
export const listLength = z.int("must be 1 to 100").min(1, "must be 1 to 100").max(100, "must be 1 to 100");

/** The number of rows of a list to skip. */
export const placeInList = z.int("must be 0 or more").min(0, "must be 0 or more");
