import { z } from "zod";
import { instantOut } from "#lib/ids";

export const demoDayInput = z.strictObject({});
export const runDemoDayInput = z.strictObject({ isRunning: z.boolean() });
export const demoDayAnswer = z.object({
  /** False: there is no demo day here, as everywhere in production. */
  isAvailable: z.boolean(),
  /** When the day that is running ends; null when none is. */
  endsAt: instantOut.nullable(),
});
