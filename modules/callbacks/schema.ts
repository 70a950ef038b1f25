import { z } from "zod";
import { bigId, bigIdOut, instantIn, instantOut, smallId } from "#lib/base/ids";
import { callbackAnswer, CALLBACK_STATES, OPEN_STATES, reason, promiseInput } from "./promise-schema.ts";

export * from "./list-schema.ts";
export * from "./move-schema.ts";
export {
  type CallbackAnswer,
  type CallbackState,
  callbackAnswer,
  eventAnswer,
  promiseInput,
} from "./promise-schema.ts";
import { freeText } from "#lib/base/text";
import { storedReason } from "./reason-schema.ts";

export { storedReason } from "./reason-schema.ts";

export const scheduleInput = promiseInput.extend({
  userId: bigId,
  originalCallSessionId: bigId.optional(),
});
export type ScheduleInput = z.infer<typeof scheduleInput>;

/** `conflicts`: objections to the time, and obstacles to the preferred agent, as sentences. */
export const promiseAnswer = callbackAnswer.extend({ conflicts: z.array(z.string()) });
export const acceptInput = z.strictObject({ callbackId: smallId, agentId: smallId });
export const snoozeInput = z.strictObject({
  callbackId: smallId,
  snoozeMinutes: z.int().min(1).max(60).default(5),
  agentId: smallId.optional(),
});
/** `snoozedUntil`: the time that the snooze answered; it identifies the snooze. */
export const undoSnoozeInput = z.strictObject({ callbackId: smallId, snoozedUntil: instantIn });
export const releaseInput = z.strictObject({
  callbackId: smallId,
  agentId: smallId,
  /** It was accepted by mistake: it is routed as if it had not been, also to the same agent. */
  isUndo: z.boolean().optional(),
});
export const cancelInput = z.strictObject({ callbackId: smallId, reason });
export const callbackIdInput = z.strictObject({ id: smallId });
export const pendingInput = z.strictObject({ agentId: smallId });
export const whenInput = z.strictObject({
  userId: bigId,
  text: freeText().trim().min(1).max(100),
  /** The call from which the promise is made: its user may have left the desk. */
  originalCallSessionId: bigId.optional(),
});
export const whenAnswer = z.object({
  scheduledFor: instantOut,
  /** The same instant on the clock of the user. */
  local: z.string(),
  timeZone: z.string(),
  /** False: the zone of the user is a guess, and these words named none. */
  isZoneKnown: z.boolean(),
  /** Open promises of all desks within the same quarter of an hour. */
  promisesThen: z.int(),
  /** Objections to this time, as sentences. */
  conflicts: z.array(z.string()),
  /** Whether this installation can send texts about a callback. */
  canRemind: z.boolean(),
});

export const pendingAnswer = z.object({
  success: z.literal(true),
  /** When this was read, on the server's clock: countdowns count from here. */
  now: instantOut,
  callbacks: z.array(
    z.object({
      id: z.int(),
      userId: bigIdOut,
      scheduledFor: instantOut,
      callbackReason: z.string().nullable(),
      userName: z.string(),
      userPhone: z.string(),
      userTimeZone: z.string(),
      /** The time that was promised, on the clock of the zone it was promised in. */
      promisedLocal: z.string(),
      promisedZone: z.string(),
      attempts: z.int(),
      snoozes: z.int(),
      snoozesLeft: z.int(),
      isAssigned: z.boolean(),
      /** The name of the colleague in whose queue it is now. */
      withAgent: z.string().nullable(),
      /** The name of the colleague who is in a call with its number, “Somebody” when no agent is known; null while another colleague has it. */
      inCallWith: z.string().nullable(),
      /** When an offer or an acceptance expires and the callback goes to another free agent. */
      offerEndsAt: instantOut.nullable(),
      isOverdue: z.boolean(),
      /**
       * Until when it waits for the morning of the user although its time has come, because the user did not ask for this hour.
       */
      waitsUntil: instantOut.nullable(),
      status: z.enum(OPEN_STATES),
      why: z.string(),
      /** The reason as data, where routing decided. */
      reason: storedReason,
    }),
  ),
});

export const acceptAnswer = z.object({
  success: z.literal(true),
  message: z.string(),
  data: z.object({
    callbackId: z.int(),
    queueEntryId: z.int(),
    queueType: z.string(),
    userId: bigIdOut,
    /** Outside the decent hours of the user: a sentence with the time there. */
    warning: z.string().nullable(),
  }),
});
export const snoozeAnswer = z.object({
  success: z.literal(true),
  message: z.string(),
  data: z.object({ callbackId: z.int(), newScheduledTime: instantOut, snoozeMinutes: z.int(), snoozesLeft: z.int() }),
});
export const undoSnoozeAnswer = z.object({
  success: z.literal(true),
  message: z.string(),
  data: z.object({ callbackId: z.int(), scheduledFor: instantOut, snoozesLeft: z.int() }),
});
export const changedAnswer = z.object({
  success: z.literal(true),
  message: z.string(),
  data: z.object({ callbackId: z.int(), status: z.enum(CALLBACK_STATES) }),
});

export const tickFailure = z.object({
  callbackId: z.int(),
  kind: z.enum(["deferred", "refused", "quarantined"]),
  code: z.string(),
  reason: z.string(),
});
export const tickAnswer = z.object({
  success: z.literal(true),
  message: z.string(),
  /** True when another tick was running and this one did nothing. */
  skipped: z.boolean(),
  results: z.object({
    processed: z.int(),
    notified: z.int(),
    routed: z.int(),
    errors: z.int(),
    upcoming: z.int(),
    overdue: z.int(),
    unassigned: z.int(),
    rerouted: z.int(),
  }),
  /** due = newlyQueued + alreadyQueued + deferred + refused + quarantined */
  ledger: z
    .object({
      due: z.int(),
      newlyQueued: z.int(),
      alreadyQueued: z.int(),
      deferred: z.record(z.string(), z.int()),
      refused: z.record(z.string(), z.int()),
      quarantined: z.int(),
    })
    .nullable(),
  failures: z.array(tickFailure),
  /** Whole milliseconds. */
  duration: z.int(),
});
export type TickAnswer = z.infer<typeof tickAnswer>;
