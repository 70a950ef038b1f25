import { z } from "zod";
import { bigIdOut, instantIn, instantOut, localTimeIn, smallId } from "#lib/base/ids";
import { freeText } from "#lib/base/text";
import { storedReason } from "./reason-schema.ts";

/** The states of a callback. Only an outcome completes or fails one. */
export const CALLBACK_STATES = ["pending", "accepted", "completed", "cancelled", "failed"] as const;
/** States in which the promise is still to be kept. */
export const OPEN_STATES = ["pending", "accepted"] as const;
export type CallbackState = (typeof CALLBACK_STATES)[number];

/** Free words of a person. */
export const reason = freeText().trim().min(1).max(500);

/** The number to call, as it was given. */
export const phone = freeText().trim().min(3).max(40);

/** The time a customer asked for, and for whom; the same in POST /callbacks and with an outcome. */
export const promiseInput = z.strictObject({
  /** A time with an offset is an instant; without one it is the wall clock of `timeZone` or of the user. */
  scheduledFor: z.union([instantIn, localTimeIn], { error: "must be a time such as 2026-03-02T15:00:00Z" }),
  timeZone: z.string().min(1).max(64).optional(),
  callbackReason: reason.optional(),
  preferredAgentId: smallId.optional(),
  /** The number to call for this promise, one of the user's or another; without it, the user's own. */
  phone: phone.optional(),
  /** The user gets texts about it: now, before the call, and when it moves or is cancelled. */
  remind: z.boolean().optional(),
});

export const callbackAnswer = z.object({
  id: z.int(),
  userId: bigIdOut,
  status: z.enum(CALLBACK_STATES),
  scheduledFor: instantOut,
  promisedFor: instantOut,
  /** The wall-clock time as it was given, and its zone. */
  promisedLocal: z.string(),
  promisedZone: z.string(),
  callbackReason: z.string().nullable(),
  preferredAgentId: z.int().nullable(),
  /** The number that the callback names, as given; null: it is for the number of the user. */
  phone: z.string().nullable(),
  originalCallSessionId: bigIdOut.nullable(),
  completedCallSessionId: bigIdOut.nullable(),
  attempts: z.int(),
  maxAttempts: z.int(),
  snoozes: z.int(),
  acceptedByAgentId: z.int().nullable(),
  acceptedAt: instantOut.nullable(),
  completedAt: instantOut.nullable(),
  cancelledAt: instantOut.nullable(),
  cancelReason: z.string().nullable(),
  failedAt: instantOut.nullable(),
  quarantinedAt: instantOut.nullable(),
  createdAt: instantOut,
  /** The last event, in words: for a queued callback, why it is where it is. */
  why: z.string(),
  /** The reason as data, where routing decided; the screens make the sentence from it, on the clock of their reader. */
  reason: storedReason,
});
export type CallbackAnswer = z.infer<typeof callbackAnswer>;

export const eventAnswer = z.object({
  seq: z.int(),
  at: instantOut,
  type: z.string(),
  actor: z.string(),
  fromStatus: z.string().nullable(),
  toStatus: z.string(),
  why: z.string(),
  /** The reason as data, where routing decided; `data` has it too. */
  reason: storedReason,
  data: z.record(z.string(), z.unknown()),
});
