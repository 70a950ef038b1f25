import { z } from "zod";
import { bigId, instantIn, instantOut } from "#lib/ids";
import { BODY_MOST, CHANNELS, MESSAGE_STATES } from "./rules.ts";

/** Text that can be kept: no NUL, no half of a surrogate pair. */
const words = (most: number) =>
  z
    .string()
    .max(most)
    .refine((text) => text.isWellFormed() && !text.includes("\u0000"), "holds a character that cannot be stored");
const some = (most: number) => words(most).refine((text) => text.trim() !== "", "must not be empty");

export const messageId = z.uuid().transform((id) => id.toLowerCase());

/** A uuid, or the id of a user of the desk. */
export const customerId = z
  .union([z.uuid(), bigId], { error: "must be a uuid or the id of a user" })
  .transform((id) => String(id).toLowerCase());

const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, "must be 1 to 255 visible ASCII characters without spaces");

const metadata = z
  .record(z.string().min(1).max(100), z.union([words(1_000), z.number(), z.boolean(), z.null()]))
  .refine((data) => Object.keys(data).length <= 50, "must have at most 50 entries");

const sendInput = {
  customerId,
  from: some(320),
  to: some(320),
  /** When the caller says it was sent; part of the key that is derived when none is given. */
  sentAt: instantIn.optional(),
  /** It is not sent before; the hour is the caller's choice then. */
  sendAfter: instantIn.optional(),
  /** It is not sent from then on. */
  expiresAt: instantIn.optional(),
  /** A text that is not urgent waits for the decent hours of its recipient. */
  urgent: z.boolean().default(false),
  /** The same key is done once; the header `Idempotency-Key` is the same, and counts before it. */
  idempotencyKey: idempotencyKey.optional(),
  /** Of the caller; handed back with the message. */
  metadata: metadata.optional(),
};

const isInOrder = ({ sendAfter, expiresAt }: { sendAfter?: string | undefined; expiresAt?: string | undefined }) =>
  sendAfter === undefined || expiresAt === undefined || Date.parse(sendAfter) < Date.parse(expiresAt);
const ORDER = { error: "must be after sendAfter", path: ["expiresAt"] };

export const smsInput = z.strictObject({ ...sendInput, body: some(BODY_MOST.sms) }).refine(isInOrder, ORDER);
export const emailInput = z
  .strictObject({ ...sendInput, subject: some(500), body: some(BODY_MOST.email) })
  .refine(isInOrder, ORDER);
export type SmsInput = z.output<typeof smsInput>;
export type EmailInput = z.output<typeof emailInput>;

export const acceptAnswer = z.object({
  status: z.literal("accepted"),
  id: z.string(),
  /** The key under which it was accepted: the caller's, or the one that was derived. */
  idempotencyKey: z.string(),
  /** Of a text; null for an e-mail. */
  encoding: z.enum(["GSM-7", "UCS-2"]).nullable(),
  segments: z.int().nullable(),
  /** Whether it was accepted before, under the same key; nothing was queued then. */
  isReplay: z.boolean(),
});
export type AcceptAnswer = z.infer<typeof acceptAnswer>;

/** What lies in the queue. Workers of the next version read it, too, so a field is only ever added. */
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
});
export type MessageEvent = z.output<typeof messageEvent>;

export const timelineEntry = z.object({
  seq: z.int(),
  at: instantOut,
  type: z.string(),
  actor: z.string(),
  from: z.string().nullable(),
  state: z.string(),
  why: z.string(),
  data: z.record(z.string(), z.unknown()),
});

export const messageAnswer = z.object({
  id: z.string(),
  channel: z.enum(CHANNELS),
  direction: z.enum(["out", "in"]),
  state: z.enum(MESSAGE_STATES),
  /** Why it is where it is; of one that waits, what it waits for. */
  why: z.string(),
  customerId: z.string(),
  conversationId: z.string().nullable(),
  /** Null while it is accepted only. */
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
  transport: z.string().nullable(),
  providerId: z.string().nullable(),
  errorClass: z.string().nullable(),
  errorCode: z.string().nullable(),
  acceptedAt: instantOut,
  handedOverAt: instantOut.nullable(),
  endedAt: instantOut.nullable(),
});
export type MessageAnswer = z.infer<typeof messageAnswer>;

export const messageInput = z.strictObject({ id: messageId });
export const messageStoryAnswer = messageAnswer.extend({ timeline: z.array(timelineEntry) });

export const drainMessagesAnswer = z.object({
  stored: z.int(),
  sent: z.int(),
  notSent: z.int(),
  faults: z.int(),
});
