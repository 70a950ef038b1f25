import { z } from "zod";
import { instantOut } from "#lib/base/ids";

export const demoDayInput = z.strictObject({});
export const runDemoDayInput = z.strictObject({ isRunning: z.boolean() });
export const demoDayAnswer = z.object({
  /** False: no demo day is available here, as everywhere in production. */
  isAvailable: z.boolean(),
  /** When the running day ends; null when none is running. */
  endsAt: instantOut.nullable(),
  /** The summary of the last day, for an hour after it. */
  last: z
    .object({
      startedAt: instantOut,
      endedAt: instantOut,
      promised: z.int(),
      /** Promises called on time, as every figure counts it; the others are late, or still to come. */
      onTime: z.int(),
      late: z.int(),
      toCome: z.int(),
      /** Invented colleagues who logged off although they had promises. */
      agentsLeft: z.int(),
    })
    .nullable(),
});
