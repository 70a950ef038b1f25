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

/** In the order in which a call goes through them: it is open in the first three, over in one of the rest. */
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
  /** False: the call was known by its `twilioCallSid`. */
  isNew: z.boolean(),
});

export const recordOutcomeInput = z.strictObject({
  callSessionId: bigId,
  outcomeType: z.enum(OUTCOME_TYPES),
  notes: freeText().max(5_000).optional(),
  durationSeconds: durationSeconds.optional(),
  /** For an inbound call: the open callback of this user that the conversation settled. */
  callbackId: smallId.optional(),
  /** What the user asked for next; `call_back` needs it. */
  callback: promiseInput.optional(),
  /** Of the promises that the call covers: those it did not settle, each with the time agreed on. */
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
  /** What became of the callback this call was for. */
  callback: settled.nullable(),
  /** The other promises of this user that the call covered, and what became of each. */
  covered: z.array(settled).default([]),
  /** The callback that this outcome promised. */
  newCallbackId: z.int().nullable(),
  /** What speaks against it, and against the times of `stillOpen`, in sentences, as promising by hand says it. */
  conflicts: z.array(z.string()).default([]),
  /** Open callbacks of the user that this call did not settle. */
  openCallbacks: z.array(z.object({ id: z.int(), scheduledFor: instantOut, callbackReason: z.string().nullable() })),
});
export type RecordOutcomeAnswer = z.infer<typeof recordOutcomeAnswer>;

/** `outcomeType` names what is taken back, so that a request that comes late takes back no other outcome. */
export const undoOutcomeInput = z.strictObject({ callSessionId: bigId, outcomeType: z.enum(OUTCOME_TYPES) });
export const undoOutcomeAnswer = z.object({ success: z.literal(true), message: z.string(), callSessionId: bigIdOut });
