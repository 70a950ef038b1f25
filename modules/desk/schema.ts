import { z } from "zod";
import { bigId, bigIdOut, instantOut, smallId } from "#lib/base/ids";
import { DECISIONS, SESSION_STATES } from "#schema/agents";
import { queueType } from "#schema/call-queue";
import { storedReason } from "#schema/callbacks";

export const deskInput = z.strictObject({
  agentId: smallId,
  /** The zone whose midnight begins the day. */
  timeZone: z.string().min(1).max(64).default("UTC"),
});

const person = z.object({
  id: bigIdOut,
  name: z.string(),
  /** The number to call: the one that the promise names, else that of the user. */
  phone: z.string(),
  /** The user's further numbers. */
  numbers: z.array(z.object({ phone: z.string(), label: z.string().nullable() })),
  /** The link that dials this number; null: the number cannot be dialled. */
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
  /** When this was read, on the server's clock. */
  now: instantOut,
  agent: z.object({
    id: z.int(),
    name: z.string(),
    /** Null: not logged in. */
    status: z.enum(SESSION_STATES).nullable(),
    statusSince: instantOut.nullable(),
    /** The status that the agent decided on for after this call. */
    afterCall: z.enum(DECISIONS).nullable(),
  }),
  /** The call that matters most: the one under way, else one that waits for its outcome, else the next one. */
  hero: z
    .object({
      /** Null: the call has not begun. */
      call: z
        .object({
          id: bigIdOut,
          startedAt: instantOut,
          /** False: the agent took the call, and the telephone has not reported an answer. */
          isConnected: z.boolean(),
          /** When the telephone ended the call; its outcome is to be recorded. */
          endedAt: instantOut.nullable(),
          direction: z.string(),
          /** The agent's last heartbeat; each one extends the lease of the call. */
          lastAliveAt: instantOut,
          /** Without another heartbeat the call is given back then, and another agent may call the user. */
          leaseEndsAt: instantOut,
        })
        .nullable(),
      /** The offered entry, by which it can be skipped; null once the call has begun. */
      queueEntryId: z.int().nullable(),
      /** False: the entry waits for any agent, and another one may take it first. */
      isMine: z.boolean(),
      queueType: queueType.nullable(),
      /** Why it is next, in the words of routing. */
      why: z.string().nullable(),
      /** The reason as data, where routing decided. */
      reason: storedReason,
      /** Null: the user is not known any more. */
      user: person.nullable(),
      callback: promise.nullable(),
      /** Outside the decent hours of the user: a sentence with the time there. */
      warning: z.string().nullable(),
      /** The other promises to the user that this call covers. */
      covers: z.array(promise.pick({ id: true, scheduledFor: true, callbackReason: true })),
    })
    .nullable(),
  /** Today, on the clock of `timeZone`. */
  day: z.object({
    /** The zone whose midnight begins the day: the one that was asked for, or UTC when the server does not know it. */
    timeZone: z.string(),
    kept: z.int(),
    onTime: z.int(),
    snoozed: z.int(),
    toCome: z.int(),
    /** The next five promises of the day after those in the list of pending callbacks. */
    coming: z.array(z.object({ id: z.int(), userName: z.string(), scheduledFor: instantOut })),
  }),
});

/** A statement about a number, by whom and when. */
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
      /** The same as people read it. */
      spacedPhone: z.string(),
      label: z.string().nullable(),
      /** The link that dials this number; null: the number cannot be dialled. */
      dialLink: z.string().nullable(),
      /** Why it may not be called; null: it may be. */
      mark: said.extend({ kind: z.enum(["do_not_call", "wrong_number"]) }).nullable(),
      /** The person who lifted the last mark, and when; null: no mark was lifted. */
      lifted: said.nullable(),
    }),
  ),
  /** Open signatures and requirements, in words, oldest first. */
  open: z.array(z.object({ what: z.string(), since: instantOut })),
  /** The events of this user, newest first. */
  story: z.array(
    z.object({
      at: instantOut,
      /** An event of a callback, or "call". */
      kind: z.string(),
      callbackId: z.int().nullable(),
      /** The actor, by name where there is one. */
      who: z.string(),
      text: z.string(),
      /** The reason as data, where routing decided. */
      reason: storedReason,
      notes: z.string().nullable(),
      /** When the agent did it in a browser that was offline; null: the browser sent it at once. */
      doneAt: instantOut.nullable(),
    }),
  ),
});

/** An action of an agent that must not be lost: its request, and the words that a person reads while it waits in the browser. */
export const actPayload = z.object({
  request: z.templateLiteral([z.enum(["POST", "PUT"]), " /", z.string()]),
  body: z.record(z.string(), z.unknown()),
  /** The action and its person, in words. */
  title: z.string(),
  callbackId: z.int().nullable(),
  callSessionId: z.string().nullable(),
  /** The typed text that is lost when the action is discarded. */
  words: z.string().nullable(),
});
export type Act = z.infer<typeof actPayload>;
