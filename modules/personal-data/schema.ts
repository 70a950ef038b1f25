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
  /** When this was read, on the server's clock. */
  now: instantOut,
});

const row = z.record(z.string(), z.unknown());
const rows = z.array(row);
/** Empty for a customer who is no user. */
const ofUser = rows.default([]);

/** Everything stored about one person, as it is stored: columns by name, large ids as digits. */
export const exportAnswer = z.object({
  /** Null: only another system knows the customer, or the importing system removed the user and promises are still here. */
  user: row.nullable().default(null),
  /** The number and the further ones, each with its `mark`: do-not-call or wrong number. */
  numbers: ofUser,
  /** Each with its `requirements`. */
  claims: ofUser,
  score: row.nullable().default(null),
  /** Each with its `events` and `notifications`. */
  callbacks: ofUser,
  queueEntries: ofUser,
  /** With notes and outcomes. */
  calls: ofUser,
  /** Stored answers of requests with an Idempotency-Key. */
  keptAnswers: rows,
  /** Tasks that would have become a callback to the user, each with its story, without its credential. */
  cursorTasks: ofUser,
  /** Texts and e-mails with the person, each with its `events` and the reports of its provider. */
  messages: rows,
  /** By channel, with the number of messages each way. */
  messageConversations: rows,
  /** Messages that are accepted and not stored yet, as they are in the queue. */
  queuedMessages: rows,
  /** Addresses of the person to which nothing is sent, and why. */
  suppressions: rows,
});
export type ExportAnswer = z.infer<typeof exportAnswer>;

/** The number of changed rows. All are 0 when nothing was left to erase. */
export const eraseAnswer = z.object({
  /** Open callbacks that were cancelled first. */
  cancelled: z.int(),
  callbacks: z.int(),
  events: z.int(),
  notifications: z.int(),
  queueEntries: z.int(),
  calls: z.int(),
  claims: z.int(),
  keptAnswers: z.int(),
  cursorTasks: z.int(),
  /** Messages, stored and queued; for a customer who is no user they are all there is. */
  messages: z.int(),
  /** 1 when name, phone and e-mail were still there. */
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
  /** With their stories and keys; including dead letters. */
  messages: z.int(),
  /** Conversations without a message. */
  messageConversations: z.int(),
  /** Dead letters of the queue of messages. */
  unreadableMessages: z.int(),
  /** Reports about messages that Ringback did not send. */
  providerEvents: z.int(),
  /** Suppressions that were lifted or have expired. */
  suppressions: z.int(),
  /** With their transcripts and all other rows of them. */
  runs: z.int(),
  /** Definitions that were deleted by hand. */
  runDefinitions: z.int(),
  runPauses: z.int(),
  sessions: z.int(),
  verifications: z.int(),
  rateLimits: z.int(),
});
export type Deleted = z.infer<typeof deleted>;

/** Zero rows of every table. */
export const noneDeleted = (): Deleted => noneOf(deleted.shape) as Deleted;

export const sweepAnswer = z.object({
  success: z.literal(true),
  message: z.string(),
  /** False: `until` stopped it; the next call continues. */
  done: z.boolean(),
  deleted,
  /** Whole milliseconds. */
  duration: z.int(),
});
export type SweepAnswer = z.infer<typeof sweepAnswer>;
