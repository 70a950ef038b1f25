import { z } from "zod";
import { smallId } from "#lib/base/ids";
import { reason, phone, promiseInput, callbackAnswer } from "./promise-schema.ts";

export const reassignInput = z.strictObject({
  /** One to a hundred; naming one twice is naming it once. */
  callbackIds: z
    .array(smallId)
    .min(1)
    .max(100)
    .transform((ids) => [...new Set(ids)]),
  /** Null: back to routing, for anybody who is free. */
  agentId: smallId.nullable(),
});
export const moveInput = z.strictObject({ agentId: smallId, toAgentId: smallId.nullable() });
export const rescheduleInput = promiseInput.pick({ scheduledFor: true, timeZone: true }).extend({
  callbackId: smallId,
  reason: reason.optional(),
  /** The number to call from now on; left out, it stays. */
  phone: phone.optional(),
});
export const reassignAnswer = z.object({
  success: z.literal(true),
  message: z.string(),
  /** `reassigned`: how many changed hands; who had them already keeps them without an event. */
  data: z.object({ callbackIds: z.array(z.int()), agentId: z.int().nullable(), reassigned: z.int() }),
});
export const moveAnswer = z.object({
  success: z.literal(true),
  message: z.string(),
  /** `inCall`: callbacks that are being called at this moment; they stay where they are. */
  data: z.object({ agentId: z.int(), toAgentId: z.int().nullable(), moved: z.int(), inCall: z.array(z.int()) }),
});
export const rescheduleAnswer = z.object({
  success: z.literal(true),
  message: z.string(),
  data: callbackAnswer
    .pick({ status: true, scheduledFor: true, promisedLocal: true, promisedZone: true })
    // What speaks against the time, and what keeps the agent who was asked for from it, in sentences.
    .extend({ callbackId: z.int(), conflicts: z.array(z.string()) }),
});
