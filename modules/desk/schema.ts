import { z } from "zod";
import { bigId, bigIdOut, instantOut, smallId } from "#lib/base/ids";
import { DECISIONS, SESSION_STATES } from "#schema/agents";
import { queueType } from "#schema/call-queue";
import { storedReason } from "#schema/callbacks";

export const deskInput = z.strictObject({
  agentId: smallId,
  /** Whose midnight begins the day; UTC unless said otherwise. */
  timeZone: z.string().min(1).max(64).default("UTC"),
});

const person = z.object({
  id: bigIdOut,
  name: z.string(),
  /** The number to call: the one that the promise names, else that of the user. */
  phone: z.string(),
  /** The user's further numbers. */
  numbers: z.array(z.object({ phone: z.string(), label: z.string().nullable() })),
  /** What dials exactly this number; null: it is no number. */
  dialLink: z.string().nullable(),
  timeZone: z.string(),
  /** False: the zone is a guess, of the number or of the desk. */
  isZoneKnown: z.boolean(),
  openRequests: z.int(),
  lastSpoken: z.object({ at: instantOut, agentName: z.string() }).nullable(),
});
const promise = z.object({
  id: z.int(),
  status: z.enum(["pending", "accepted"]),
  scheduledFor: instantOut,
  promisedLocal: z.string(),
  promisedZone: z.string(),
  callbackReason: z.string().nullable(),
  attempts: z.int(),
  maxAttempts: z.int(),
});

export const deskAnswer = z.object({
  /** When this was read, by the one clock. */
  now: instantOut,
  agent: z.object({
    id: z.int(),
    name: z.string(),
    /** Null: not logged in. */
    status: z.enum(SESSION_STATES).nullable(),
    statusSince: instantOut.nullable(),
    /** What was decided for after the call under way. */
    afterCall: z.enum(DECISIONS).nullable(),
  }),
  /** The one big thing: the call that is under way, else one that waits for its outcome, else the one that is next. */
  hero: z
    .object({
      /** Null: not begun yet. */
      call: z
        .object({
          id: bigIdOut,
          startedAt: instantOut,
          /** False: it was taken, and the telephone has not said that anybody answered. */
          isConnected: z.boolean(),
          /** The telephone has ended it; its outcome is to be written. */
          endedAt: instantOut.nullable(),
          direction: z.string(),
          /** The last sign of life of its agent; each one lengthens the lease of the call. */
          lastAliveAt: instantOut,
          /** Without another sign of life the call is given back then, and somebody else may call the user. */
          leaseEndsAt: instantOut,
        })
        .nullable(),
      /** What is offered, by which it can be skipped; null once the call has begun. */
      queueEntryId: z.int().nullable(),
      /** False: it waits for anybody, and may be somebody else's by the time it is taken. */
      isMine: z.boolean(),
      queueType: queueType.nullable(),
      /** Why it is next, in the words of the routing. */
      why: z.string().nullable(),
      /** The same as data, where routing decided it. */
      reason: storedReason,
      /** Null: the user is not there any more. */
      user: person.nullable(),
      callback: promise.nullable(),
      /** Outside the decent hours of the user: which time it is there, in a sentence. */
      warning: z.string().nullable(),
      /** The other promises to the user that this call is for. */
      covers: z.array(promise.pick({ id: true, scheduledFor: true, callbackReason: true })),
    })
    .nullable(),
  /** Today, on the clock of `timeZone`. */
  day: z.object({
    /** Whose midnight begins it: the zone that was asked for, or UTC when that is not known here. */
    timeZone: z.string(),
    kept: z.int(),
    onTime: z.int(),
    snoozed: z.int(),
    toCome: z.int(),
    /** The next five of those to come. */
    coming: z.array(z.object({ id: z.int(), userName: z.string(), scheduledFor: instantOut })),
  }),
});

/** Said by somebody about a number, with the moment. */
const said = z.object({ why: z.string(), by: z.string().nullable(), at: instantOut.nullable() });

export const storyInput = z.strictObject({ userId: bigId });
export const storyAnswer = z.object({
  user: z.object({
    id: bigIdOut,
    name: z.string(),
    phone: z.string(),
    email: z.string().nullable(),
    timeZone: z.string(),
    isZoneKnown: z.boolean(),
    doNotCall: z.boolean(),
  }),
  /** Every number, the one that is called first at the beginning. */
  numbers: z.array(
    z.object({
      phone: z.string(),
      label: z.string().nullable(),
      /** What dials exactly this number; null: it is no number. */
      dialLink: z.string().nullable(),
      /** Why it may not be called; null: it may. */
      mark: said.extend({ kind: z.enum(["do_not_call", "wrong_number"]) }).nullable(),
      /** Who let it be called again, after the last mark. */
      lifted: said.nullable(),
    }),
  ),
  /** What is open: signatures and requirements, in words, the oldest first. */
  open: z.array(z.object({ what: z.string(), since: instantOut })),
  /** What happened, the newest first. */
  story: z.array(
    z.object({
      at: instantOut,
      /** An event of a callback, or "call". */
      kind: z.string(),
      callbackId: z.int().nullable(),
      /** Who did it, by name where there is one. */
      who: z.string(),
      text: z.string(),
      /** The same as data, where routing decided it. */
      reason: storedReason,
      notes: z.string().nullable(),
      /** When the agent did it in a browser that could not send it before; null: it was sent at once. */
      doneAt: instantOut.nullable(),
    }),
  ),
});
