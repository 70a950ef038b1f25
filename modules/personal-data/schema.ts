import { z } from "zod";
import { bigIdOut, instantOut, smallId } from "#lib/base/ids";
import { customerId } from "#schema/messages";

export const personInput = z.strictObject({
  /** The id of a user, or the uuid under which another system had messages sent. */
  customerId,
});
export type PersonInput = z.output<typeof personInput>;

export const erasedUsersInput = z.strictObject({ agentId: smallId });
export const erasedUsersAnswer = z.object({
  userIds: z.array(bigIdOut),
  /** When this was read, by the one clock. */
  now: instantOut,
});

const row = z.record(z.string(), z.unknown());
const rows = z.array(row);
/** Nothing, for a customer who is no user. */
const ofUser = rows.default([]);

/** Everything stored about one person, as it is stored: columns by name, large ids as digits. */
export const exportAnswer = z.object({
  /** Null: the customer is known to another system only, or the importing system removed the user and what was promised is still here. */
  user: row.nullable().default(null),
  /** The number and the further ones, each with its `mark`: what was learnt of it. */
  numbers: ofUser,
  /** Each with its `requirements`. */
  claims: ofUser,
  score: row.nullable().default(null),
  /** Each with its `events` and `notifications`. */
  callbacks: ofUser,
  queueEntries: ofUser,
  /** With notes and outcomes. */
  calls: ofUser,
  /** What is kept for repeats of requests with an Idempotency-Key. */
  keptAnswers: rows,
  /** Tasks that would have become a callback to the user, each with its story, without the credential in them. */
  cursorTasks: ofUser,
  /** Texts and e-mails with the person, each with its `events` and what its provider said. */
  messages: rows,
  /** By channel, with how many messages went each way. */
  messageConversations: rows,
  /** What is accepted and not stored yet, as it lies in the queue. */
  queuedMessages: rows,
  /** Addresses of the person to which nothing is sent, and why. */
  suppressions: rows,
});
export type ExportAnswer = z.infer<typeof exportAnswer>;

/** How many rows were changed. All are 0 when there was nothing left to erase. */
export const eraseAnswer = z.object({
  /** Open callbacks that were withdrawn first. */
  cancelled: z.int(),
  callbacks: z.int(),
  events: z.int(),
  notifications: z.int(),
  queueEntries: z.int(),
  calls: z.int(),
  claims: z.int(),
  keptAnswers: z.int(),
  cursorTasks: z.int(),
  /** Messages, and what was still queued; of a customer who is no user they are all there is. */
  messages: z.int(),
  /** 1 when name, phone and email were still there. */
  users: z.int(),
});
export type EraseAnswer = z.infer<typeof eraseAnswer>;

/** Nothing was left to erase. */
export const noneErased = (): EraseAnswer => noneOf(eraseAnswer.shape) as EraseAnswer;

const noneOf = (shape: object) => Object.fromEntries(Object.keys(shape).map((rows) => [rows, 0]));

/** Rows deleted, by table. */
const deleted = z.object({
  callbacks: z.int(),
  events: z.int(),
  notifications: z.int(),
  queueEntries: z.int(),
  calls: z.int(),
  tickRuns: z.int(),
  idempotencyKeys: z.int(),
  cursorTasks: z.int(),
  parkedResults: z.int(),
  endedConversations: z.int(),
  /** With their stories and keys; dead letters among them. */
  messages: z.int(),
  /** In which no message was left. */
  messageConversations: z.int(),
  /** Dead letters of the queue of messages. */
  unreadableMessages: z.int(),
  /** News of messages that are not ours. */
  providerEvents: z.int(),
  /** That were lifted or had run out. */
  suppressions: z.int(),
  /** With their transcripts and all else of them. */
  runs: z.int(),
  /** That somebody had deleted. */
  runDefinitions: z.int(),
  runPauses: z.int(),
  sessions: z.int(),
  verifications: z.int(),
  rateLimits: z.int(),
});
export type Deleted = z.infer<typeof deleted>;

/** No row of any table. */
export const noneDeleted = (): Deleted => noneOf(deleted.shape) as Deleted;

export const sweepAnswer = z.object({
  success: z.literal(true),
  message: z.string(),
  /** False: the time was up first; the next call goes on. */
  done: z.boolean(),
  deleted,
  /** Whole milliseconds. */
  duration: z.int(),
});
export type SweepAnswer = z.infer<typeof sweepAnswer>;
