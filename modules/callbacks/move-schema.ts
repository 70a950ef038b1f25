import { z } from "zod";
import { smallId } from "#lib/base/ids";
import { reason, phone, promiseInput, callbackAnswer } from "./promise-schema.ts";

/** One to a hundred; an id that is named twice counts once. */
const callbackIds = z
  .array(smallId)
  .min(1)
  .max(100)
  .transform((ids) => [...new Set(ids)]);
export const reassignInput = z.strictObject({
  callbackIds,
  /** Null: back to routing, for any agent who is free. */
  agentId: smallId.nullable(),
});
export const moveInput = z.strictObject({ agentId: smallId, toAgentId: smallId.nullable() });
export const rescheduleInput = promiseInput.pick({ scheduledFor: true, timeZone: true }).extend({
  callbackId: smallId,
  reason: reason.optional(),
  /** The number to call from now on; without it, the number stays. */
  phone: phone.optional(),
});
export const reassignAnswer = z.object({
  success: z.literal(true),
  message: z.string(),
  /** `reassigned`: how many callbacks got another agent. One that this agent had already is unchanged and gets no event. */
  data: z.object({ callbackIds: z.array(z.int()), agentId: z.int().nullable(), reassigned: z.int() }),
});
export const undoMoveInput = z.strictObject({
  callbackIds,
  /** Which move is meant: to another agent, or to another time. */
  moved: z.enum(["reassigned", "rescheduled"]).describe("which move is meant: to another agent, or to another time"),
});
export const undoMoveAnswer = z.object({
  success: z.literal(true),
  message: z.string(),
  /** `changedSince`: those that stay as they are, because somebody has changed them since or calls them now. */
  data: z.object({ callbackIds: z.array(z.int()), changedSince: z.array(z.int()) }),
});
export const moveAnswer = z.object({
  success: z.literal(true),
  message: z.string(),
  /** `inCall`: callbacks whose call is under way; they stay with their agent. */
  data: z.object({
    agentId: z.int(),
    toAgentId: z.int().nullable(),
    moved: z.int(),
    /** The moved ones. */
    callbackIds: z.array(z.int()),
    inCall: z.array(z.int()),
  }),
});
export const rescheduleAnswer = z.object({
  success: z.literal(true),
  message: z.string(),
  data: callbackAnswer
    .pick({ status: true, scheduledFor: true, promisedLocal: true, promisedZone: true })
    // Objections to the time, and obstacles to the preferred agent, as sentences.
    .extend({ callbackId: z.int(), conflicts: z.array(z.string()) }),
});
