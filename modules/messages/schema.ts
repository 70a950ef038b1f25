import { z } from "zod";
import { cursorIn } from "#lib/base/cursor";
import { freeText, isSeen, isStorableText, withoutDirections } from "#lib/base/text";
import { bigId, instantIn, instantOut, smallId } from "#lib/base/ids";
import { MAX_BODY, CHANNELS, DEAD_STATES, MESSAGE_STATES, MAX_REDRIVEN, TRANSPORTS } from "./rules.ts";

export { inboundText as inboundInput, statusReport as statusInput } from "./twilio-schema.ts";

/** A text with a maximum length in units of UTF-16, as providers and browsers count: an emoji takes two. */
const words = (most: number) =>
  z
    .string()
    .max(most)
    .refine((text) => text.length <= most, `must be at most ${most} characters, of which an emoji takes two`)
    .refine(isStorableText, "holds a character that cannot be stored");
const some = (most: number) => words(most).refine(isSeen, "must not be empty");
/** What a customer reads, and the desk beside it. */
const written = (most: number) => some(most).overwrite(withoutDirections);
const reason = freeText().trim().min(1, "must not be empty").max(500);

export const messageId = z.uuid().transform((id) => id.toLowerCase());

const WHOSE = { error: "must be a uuid or the id of a user" };
/** A uuid, or the id of a user of the desk. */
export const customerId = z.union([z.uuid(WHOSE), bigId], WHOSE).transform((id) => String(id).toLowerCase());

const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, "must be 1 to 255 visible ASCII characters without spaces");

const metadata = z
  .record(
    words(100).min(1),
    z.union([words(1_000), z.number(), z.boolean(), z.null()], {
      error:
        "must be a text of at most 1,000 characters that can be stored, a number that JSON keeps exactly, true, false or null",
    }),
    { error: "must be an object whose keys are 1 to 100 characters that can be stored" },
  )
  .refine((data) => Object.keys(data).length <= 50, "must have at most 50 entries");

const sendInput = {
  customerId,
  from: some(320),
  to: some(320),
  /** The time of sending as the caller states it; a part of the derived key of a request without a key. */
  sentAt: instantIn.optional(),
  /** The message is not sent before this time; the caller has then chosen the hour, also at night. */
  sendAfter: instantIn.optional(),
  /** The message is not sent from this time on. */
  expiresAt: instantIn.optional(),
  /** A text that is not urgent waits for the decent hours of its recipient. */
  urgent: z.boolean().default(false),
  /** A key is used once. The header `Idempotency-Key` means the same, and takes precedence. */
  idempotencyKey: idempotencyKey.optional(),
  /** Data of the caller, returned with the message. */
  metadata: metadata.optional(),
};

const isInOrder = ({ sendAfter, expiresAt }: { sendAfter?: string | undefined; expiresAt?: string | undefined }) =>
  sendAfter === undefined || expiresAt === undefined || Date.parse(sendAfter) < Date.parse(expiresAt);
const ORDER = { error: "must be after sendAfter", path: ["expiresAt"] };

export const smsInput = z.strictObject({ ...sendInput, body: written(MAX_BODY.sms) }).refine(isInOrder, ORDER);
export const emailInput = z
  .strictObject({ ...sendInput, subject: written(500), body: written(MAX_BODY.email) })
  .refine(isInOrder, ORDER);
export type SmsInput = z.output<typeof smsInput>;
export type EmailInput = z.output<typeof emailInput>;

export const acceptAnswer = z.object({
  status: z.literal("accepted"),
  id: z.string(),
  /** The key under which it was accepted: the caller's, or the derived one. */
  idempotencyKey: z.string(),
  /** The encoding of a text; null for an e-mail. */
  encoding: z.enum(["GSM-7", "UCS-2"]).nullable(),
  segments: z.int().nullable(),
  /** Whether it was accepted before, under the same key; nothing was queued then. */
  isReplay: z.boolean(),
});
export type AcceptAnswer = z.infer<typeof acceptAnswer>;

/** The event in the queue. Workers of the next version read it, too, so a field is only ever added. */
export const messageEvent = z.object({
  schema_version: z.literal(1),
  channel: z.enum(CHANNELS),
  customer_id: z.string(),
  from: z.string(),
  to: z.string(),
  subject: z.string().optional(),
  body: z.string(),
  body_hash: z.string(),
  sent_at: z.iso.datetime({ offset: true }).optional(),
  send_after: z.iso.datetime({ offset: true }).optional(),
  expires_at: z.iso.datetime({ offset: true }).optional(),
  urgent: z.boolean().default(false),
  idempotency_key: z.string(),
  metadata: metadata.optional(),
  /** The step of a trace that accepted it, as W3C writes it. */
  traceparent: z.string().optional(),
});
export type MessageEvent = z.output<typeof messageEvent>;

export const timelineEntry = z.object({
  seq: z.int(),
  at: instantOut,
  type: z.string(),
  actor: z.string(),
  actorName: z.string().nullable(),
  from: z.string().nullable(),
  state: z.string(),
  why: z.string(),
  data: z.record(z.string(), z.unknown()),
});

const transportName = z.enum(TRANSPORTS);

/** A message as it is stored. */
export const messageRow = z.object({
  id: z.string(),
  channel: z.enum(CHANNELS),
  direction: z.enum(["out", "in"]),
  state: z.enum(MESSAGE_STATES),
  /** Why the message is in its state; for a waiting message, the reason of the wait. */
  why: z.string(),
  customerId: z.string(),
  /** The name of the user of the desk; null when the customer is none. */
  customerName: z.string().nullable(),
  conversationId: z.string().nullable(),
  /** Null before the message is stored. */
  from: z.string().nullable(),
  to: z.string().nullable(),
  subject: z.string().nullable(),
  body: z.string().nullable(),
  encoding: z.string().nullable(),
  segments: z.int().nullable(),
  metadata: z.record(z.string(), z.unknown()).nullable(),
  attempts: z.int(),
  nextAttemptAt: instantOut.nullable(),
  heldUntil: instantOut.nullable(),
  holdReason: z.string().nullable(),
  sendAfter: instantOut.nullable(),
  expiresAt: instantOut.nullable(),
  transport: transportName.nullable(),
  providerId: z.string().nullable(),
  errorClass: z.string().nullable(),
  errorCode: z.string().nullable(),
  acceptedAt: instantOut,
  handedOverAt: instantOut.nullable(),
  endedAt: instantOut.nullable(),
});
export const messageAnswer = messageRow.extend({
  /** `from` and `to` as people read them: a number is spaced. */
  spacedFrom: z.string().nullable(),
  spacedTo: z.string().nullable(),
});
export type MessageAnswer = z.infer<typeof messageAnswer>;

export const messageInput = z.strictObject({ id: messageId });
/** The reports of the provider, in its own words, also those that changed nothing. */
const providerReport = z.object({
  at: instantOut,
  source: z.string(),
  status: z.string(),
  errorCode: z.string().nullable(),
});
const story = { timeline: z.array(timelineEntry), reports: z.array(providerReport) };
export const messageStoryRow = messageRow.extend(story);
export const messageStoryAnswer = messageAnswer.extend(story);

export const drainMessagesAnswer = z.object({
  stored: z.int(),
  sent: z.int(),
  notSent: z.int(),
  faults: z.int(),
});

const pageLimit = z.coerce.number().int().min(1, "must be 1 to 50").max(50, "must be 1 to 50").default(50);
/** The `nextCursor` of the page before. */
const seqCursor = z
  .string()
  .regex(/^[1-9][0-9]{0,17}$/, "must be the nextCursor of the page before")
  .optional();

export const messagesInput = z.strictObject({
  state: z.enum(MESSAGE_STATES).optional(),
  channel: z.enum(CHANNELS).optional(),
  /** `outbox`: the messages that would have gone out, in an installation without a provider. */
  transport: transportName.optional(),
  /** The full number of the recipient, such as +14155550100, or the full address, however it is written. */
  to: words(320).optional(),
  /** The other person: words of a user's name or digits of a number, a full number or address, or the id of a customer. */
  search: some(320)
    .transform((text) => text.trim())
    .optional(),
  cursor: seqCursor,
  limit: pageLimit,
});
export const messagesAnswer = z.object({
  messages: z.array(messageAnswer),
  /** The number of messages in each state, regardless of the filter, counted up to 10,000. */
  counts: z.record(z.enum(MESSAGE_STATES), z.int()),
  nextCursor: z.string().nullable(),
});

export const ofConversationInput = z.strictObject({ conversationId: messageId, cursor: seqCursor, limit: pageLimit });
export const ofConversationAnswer = messagesAnswer.omit({ counts: true });

export const conversationsInput = z.strictObject({
  customerId: customerId.optional(),
  cursor: cursorIn(/^[0-9a-f-]{36}$/).optional(),
  limit: pageLimit,
});
export const conversationRow = z.object({
  id: z.string(),
  customerId: z.string(),
  channel: z.enum(CHANNELS),
  /** The name of the user of the desk; null when the customer is none. */
  name: z.string().nullable(),
  /** The customer's address in the last message. */
  address: z.string().nullable(),
  sentMessages: z.int(),
  receivedMessages: z.int(),
  startedAt: instantOut,
  lastAt: instantOut,
  lastState: z.enum(MESSAGE_STATES).nullable(),
  lastBody: z.string().nullable(),
});
export const conversationAnswer = conversationRow.extend({ spacedAddress: z.string().nullable() });
export const conversationsAnswer = z.object({
  conversations: z.array(conversationAnswer),
  nextCursor: z.string().nullable(),
});

export const steerAnswer = z.object({ success: z.literal(true), message: z.string() });
export const settleInput = z.strictObject({ id: messageId, arrived: z.boolean() });

/** The fields of a group of dead letters; `none` for letters without a class, or without a code. */
const ofGroup = {
  state: z.enum(DEAD_STATES).optional(),
  channel: z.enum(CHANNELS).optional(),
  errorClass: z.string().max(50).optional(),
  errorCode: z.string().max(100).optional(),
};
export const deadLettersInput = z.strictObject({ ...ofGroup, cursor: seqCursor, limit: pageLimit });
export const deadGroup = z.object({
  state: z.enum(DEAD_STATES),
  errorClass: z.string().nullable(),
  errorCode: z.string().nullable(),
  channel: z.enum(CHANNELS),
  count: z.int(),
  sentence: z.string().nullable(),
  lastAt: instantOut.nullable(),
});
export const deadLettersAnswer = z.object({
  /** The groups by error, the largest first. */
  groups: z.array(deadGroup),
  letters: z.array(messageAnswer),
  /** The entry that could not be read. */
  unreadable: z.array(z.object({ id: z.string(), why: z.string(), attempt: z.int(), deadAt: instantOut })),
  nextCursor: z.string().nullable(),
  /** A dead letter is deleted this many seconds after its end. */
  keptSeconds: z.int(),
});
export const addressInput = z.strictObject({ id: messageId, to: some(320) });
export const redriveInput = z
  .strictObject({
    ids: z.array(messageId).min(1).max(MAX_REDRIVEN).optional(),
    /** All letters of this state, channel, class and code. */
    group: z.strictObject(ofGroup).optional(),
    /** All dead letters. */
    all: z.literal(true).optional(),
    /** Only counts. */
    preview: z.boolean().default(false),
  })
  .refine(({ ids, group, all }) => [ids, group, all].filter((one) => one !== undefined).length === 1, {
    error: "must name one of ids, group and all",
  });
export const redriveAnswer = z.object({
  matching: z.int(),
  /** The number of these that one redrive moves. */
  movable: z.int(),
  moved: z.int(),
  /** Letters beyond the maximum of one redrive, and letters that another redrive has moved meanwhile. */
  left: z.int(),
});

const SUPPRESSION_REASONS = ["stop", "bounce", "complaint", "manual"] as const;
export const suppressInput = z.strictObject({
  channel: z.enum(CHANNELS),
  recipient: some(320),
  /** Suppresses only messages of this sender; without it, messages of all senders. */
  sender: some(320).optional(),
  reason: z.enum(SUPPRESSION_REASONS).default("manual"),
  /** The reason, as a sentence of the person. */
  why: reason,
  expiresAt: instantIn.optional(),
});
export const suppressionRow = z.object({
  id: z.int(),
  channel: z.enum(CHANNELS),
  recipient: z.string(),
  sender: z.string().nullable(),
  reason: z.enum(SUPPRESSION_REASONS),
  source: z.string(),
  createdBy: z.string(),
  createdAt: instantOut,
  expiresAt: instantOut.nullable(),
  removedAt: instantOut.nullable(),
  removedBy: z.string().nullable(),
  removedWhy: z.string().nullable(),
});
export const suppressionAnswer = suppressionRow.extend({
  spacedRecipient: z.string(),
  spacedSender: z.string().nullable(),
});
export const suppressionsInput = z.strictObject({
  recipient: words(320).optional(),
  /** Includes suppressions that were lifted or have expired. */
  all: z
    .enum(["0", "1"])
    .default("0")
    .transform((value) => value === "1"),
  cursor: seqCursor,
  limit: pageLimit,
});
export const suppressionsAnswer = z.object({
  suppressions: z.array(suppressionAnswer),
  nextCursor: z.string().nullable(),
});
export const removeSuppressionInput = z.strictObject({ id: smallId, why: reason });

export const providersAnswer = z.object({
  providers: z.array(
    z.object({
      transport: transportName,
      /** The channels that it serves now; none for a provider that is no longer configured. */
      channels: z.array(z.enum(CHANNELS)),
      isPaused: z.boolean(),
      /** Null: until somebody ends the pause. */
      pausedUntil: instantOut.nullable(),
      why: z.string().nullable(),
      /** Messages that wait while it is paused, counted up to 10,000. */
      waiting: z.int(),
    }),
  ),
  /** The time of the server's clock. */
  now: instantOut,
});
export const pauseInput = z.strictObject({
  transport: transportName,
  why: reason,
  /** The pause ends at this time; without it, when somebody ends it. */
  until: instantIn.optional(),
});
export const settleSpanInput = z.strictObject({
  transport: transportName,
  /** Attempts from this time on; without it from the first on. */
  since: instantIn.optional(),
  /** Attempts until this time; without it until the last. */
  until: instantIn.optional(),
  arrived: z.boolean(),
  /** Only counts. */
  preview: z.boolean().default(false),
});
export const settleSpanAnswer = z.object({
  matching: z.int(),
  settled: z.int(),
  /** Those among them that are in line to be sent again: none that arrived, and none whose time has passed. */
  sentAgain: z.int(),
  left: z.int(),
});
export const resumeInput = z.strictObject({ transport: transportName });
export const hookAnswer = z.object({ applied: z.boolean() });
