import { z } from "zod";
import { instantOut } from "#lib/base/ids";

export const demoDayInput = z.strictObject({});
export const runDemoDayInput = z.strictObject({ isRunning: z.boolean() });
export const demoDayAnswer = z.object({
  /** False: there is no demo day here, as everywhere in production. */
  isAvailable: z.boolean(),
  /** When the day that is running ends; null when none is. */
  endsAt: instantOut.nullable(),
  /** What became of the last day, for an hour after it. */
  last: z
    .object({
      startedAt: instantOut,
      endedAt: instantOut,
      promised: z.int(),
      /** Called on time, as every figure counts it; the others are late, or still to come. */
      onTime: z.int(),
      late: z.int(),
      toCome: z.int(),
      /** Invented colleagues who signed off in it although something was promised for them. */
      agentsLeft: z.int(),
    })
    .nullable(),
});
