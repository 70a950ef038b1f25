import { z } from "zod";
import { bigId, bigIdOut, instantIn, instantOut, smallId } from "#lib/base/ids";
import { promiseInput } from "#schema/callbacks";
import { freeText } from "#lib/base/text";

export const OUTCOME_TYPES = [
  "answered",
  "no_answer",
  "busy",
  "voicemail",
  "call_back",
  "wrong_number",
  "do_not_call",
  "not_interested",
  "signed",
  "documents_received",
] as const;
export type OutcomeType = (typeof OUTCOME_TYPES)[number];

/** The states of a call in their order: it is open in the first three, and has ended in the others. */
export const CALL_STATES = ["initiated", "ringing", "in_progress", "completed", "missed", "failed"] as const;

const durationSeconds = z.int().min(0).max(86_400);

export const recordCallInput = z.strictObject({
  userId: bigId,
  agentId: smallId.optional(),
  direction: z.enum(["inbound", "outbound"]),
  twilioCallSid: z
    .string()
    .regex(/^[A-Za-z0-9]{1,64}$/, "must be letters and digits")
    .optional(),
  startedAt: instantIn.optional(),
  status: z.enum(CALL_STATES),
  durationSeconds: durationSeconds.optional(),
});
export const recordCallAnswer = z.object({
  id: bigIdOut,
  status: z.enum([...CALL_STATES, "abandoned"]),
  /** False: a call with this `twilioCallSid` was recorded before. */
  isNew: z.boolean(),
});

export const recordOutcomeInput = z.strictObject({
  callSessionId: bigId,
  outcomeType: z.enum(OUTCOME_TYPES),
  notes: freeText().max(5_000).optional(),
  durationSeconds: durationSeconds.optional(),
  /** For an inbound call: the open callback of this user that the conversation settled. */
  callbackId: smallId.optional(),
  /** The next time that the user asked for; `call_back` needs it. */
  callback: promiseInput.optional(),
  /** The covered promises that this call did not settle, each with the time agreed on. */
  stillOpen: z
    .array(promiseInput.pick({ scheduledFor: true, timeZone: true }).extend({ callbackId: smallId }))
    .max(20)
    .optional(),
});
export type RecordOutcomeInput = z.infer<typeof recordOutcomeInput>;

const settled = z.object({ id: z.int(), status: z.string(), scheduledFor: instantOut, attempts: z.int() });

export const recordOutcomeAnswer = z.object({
  success: z.literal(true),
  message: z.string(),
  callSessionId: bigIdOut,
  outcomeType: z.enum(OUTCOME_TYPES),
  /** The callback of this call after the outcome. */
  callback: settled.nullable(),
  /** The other promises of this user that the call covered, after the outcome. */
  covered: z.array(settled).default([]),
  /** The callback that this outcome promised. */
  newCallbackId: z.int().nullable(),
  /** Objections to its time and to the times of `stillOpen`, as sentences, like those of a promise by hand. */
  conflicts: z.array(z.string()).default([]),
  /** Open callbacks of the user that this call did not settle. */
  openCallbacks: z.array(z.object({ id: z.int(), scheduledFor: instantOut, callbackReason: z.string().nullable() })),
});
export type RecordOutcomeAnswer = z.infer<typeof recordOutcomeAnswer>;

/** `outcomeType` names the outcome to undo, so that a late request does not undo another one. */
export const undoOutcomeInput = z.strictObject({ callSessionId: bigId, outcomeType: z.enum(OUTCOME_TYPES) });
export const undoOutcomeAnswer = z.object({ success: z.literal(true), message: z.string(), callSessionId: bigIdOut });
