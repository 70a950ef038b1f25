import { z } from "zod";
import { cursorIn } from "#lib/base/cursor";
import { bigId, bigIdOut, instantOut } from "#lib/base/ids";
import { TASK_ID, TASK_STATES } from "./rules.ts";
import { freeText, isStorableText } from "#lib/base/text";

const id = (what: string) =>
  z
    .string()
    .regex(TASK_ID, `must be the id of a ${what}: 1 to 200 letters, digits, dots, colons, dashes or underscores`);
export const taskId = id("task");
export const conversationId = id("conversation");

/** Any JSON whose characters can be stored: no NUL, no half of a surrogate pair. */
const anyJson = z.unknown().refine(isStorable, "holds a character that cannot be stored, such as a NUL character");

function isStorable(value: unknown): boolean {
  if (typeof value === "string") return isStorableText(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([key, inner]) => isStorable(key) && isStorable(inner));
}

/** How the subscriber passes the result on: silently, or so that the voice agent speaks of it. */
const DELIVER_AS = ["contextual_update", "user_message"] as const;

export const registerInput = z.strictObject({
  taskId,
  conversationId,
  /** Free data that is returned with the result. */
  sessionPayload: anyJson.optional(),
  /** The address of a configured relay. A credential: stored, never shown. */
  wsUrl: z.string().min(1).max(2_048).optional(),
  toolName: freeText().trim().min(1).max(200).optional(),
  toolArgs: anyJson.optional(),
  /** The user to call back when the conversation ends before the result comes. */
  userId: bigId.optional(),
  /** 0 to 100; higher is delivered sooner. */
  priority: z.int().min(0).max(100).default(0),
  deliverAs: z.enum(DELIVER_AS).default("contextual_update"),
});
export type RegisterInput = z.output<typeof registerInput>;

/** A task as the API shows it, without its `wsUrl`. */
export const taskAnswer = z.object({
  taskId: z.string(),
  conversationId: z.string(),
  state: z.enum(TASK_STATES),
  toolName: z.string().nullable(),
  userId: bigIdOut.nullable(),
  priority: z.int(),
  deliverAs: z.enum(DELIVER_AS),
  cursorAgentId: z.string().nullable(),
  result: z.unknown(),
  error: z.string().nullable(),
  createdAt: instantOut,
  expiresAt: instantOut,
  finishedAt: instantOut.nullable(),
  deliveredAt: instantOut.nullable(),
  lateAt: instantOut.nullable(),
  /** The number of delivery attempts. */
  attempts: z.int(),
  nextAttemptAt: instantOut.nullable(),
  lastError: z.string().nullable(),
  callbackId: z.int().nullable(),
  /** The last event, in words. */
  why: z.string(),
});

export const taskInput = z.strictObject({ taskId });
export const taskStoryAnswer = taskAnswer.extend({
  sessionPayload: z.unknown(),
  toolArgs: z.unknown(),
  /** Whether the task names a relay; the address itself is a credential. */
  hasRelay: z.boolean(),
  /** A result that came after the task had expired. */
  lateOutcome: z.unknown(),
  events: z.array(
    z.object({
      at: instantOut,
      what: z.string(),
      /** The actor; null for an event from before actors were recorded. */
      actor: z.string().nullable(),
      /** The state before it; null for the first event. */
      from: z.enum(TASK_STATES).nullable(),
      state: z.enum(TASK_STATES),
      why: z.string(),
    }),
  ),
  /** Events with a valid signature that could not be taken, with the reason, newest first. */
  refused: z.array(z.object({ at: instantOut, why: z.string(), sent: z.unknown() })),
  now: instantOut,
});

/** `isNew`: false when the same task was registered before. */
export const registerAnswer = taskStoryAnswer.extend({ isNew: z.boolean() });

export const listInput = z.strictObject({
  state: z.enum(TASK_STATES).optional(),
  conversationId: conversationId.optional(),
  /** A part of the id, the tool, or the conversation. */
  search: freeText().trim().min(2).max(100).optional(),
  /** The `nextCursor` of the page before: the place of its last task when it was shown. */
  cursor: cursorIn(TASK_ID).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export const listAnswer = z.object({
  tasks: z.array(taskAnswer.omit({ result: true })),
  /** Of all tasks, by state. */
  counts: z.record(z.enum(TASK_STATES), z.int()),
  /** Seconds; null when none is pending. */
  oldestPendingSeconds: z.int().nullable(),
  /** Results that wait for their task to be registered. */
  parked: z.int(),
  /** The last ten webhook events with a valid signature that could not be taken; `about`: the task or Cursor agent they name. */
  refused: z.array(z.object({ at: instantOut, about: z.string().nullable(), why: z.string() })),
  nextCursor: z.string().nullable(),
  now: instantOut,
});

export const launchInput = z.strictObject({
  taskId,
  prompt: freeText().trim().min(1).max(50_000),
  /** Such as https://github.com/acme/shop. */
  repository: z.url({ protocol: /^https$/, error: "must be an https address of a repository" }).max(500),
  ref: z.string().trim().min(1).max(200).optional(),
  model: z.string().trim().min(1).max(100).optional(),
  branchName: z.string().trim().min(1).max(200).optional(),
  autoCreatePr: z.boolean().default(false),
  /** Launches again although an earlier launch, whose answer was lost, may be running. */
  again: z.boolean().default(false),
});
export const launchAnswer = z.object({ taskId: z.string(), cursorAgentId: z.string() });

/** An event of Cursor. It may gain fields at any time; the fields that Ringback needs are checked. */
export const cursorWebhookInput = z.looseObject({
  /** The task, from the address of the webhook. */
  task: taskId.optional(),
  event: z.string().max(100),
  id: id("Cursor agent"),
  status: z.string().max(100),
  summary: z.string().nullish(),
  target: z
    .looseObject({ url: z.string().nullish(), branchName: z.string().nullish(), prUrl: z.string().nullish() })
    .nullish(),
});
/** A signed runner may send unknown fields: it may be of another release. */
export const runnerWebhookInput = z.object({
  requestId: taskId,
  success: z.boolean(),
  output: z.unknown().optional(),
  error: z.string().nullish(),
  conversationId: conversationId.optional(),
});
/**
 * Accepts any body of a signed sender and documents the expected one: a sender that is answered 400 would send the same again for
 * ever, and the conversation would not learn the reason.
 */
function documentedOnly({ shape }: z.ZodObject) {
  const fields = Object.entries(shape).map(([name, field]) => {
    const { $schema: _, ...form } = z.toJSONSchema(field as z.ZodType, { io: "input", unrepresentable: "any" });
    return [name, z.unknown().meta(form).optional()] as const;
  });
  const required = Object.keys(shape).filter((name) => !(shape[name] as z.ZodType).isOptional());
  return z.looseObject(Object.fromEntries(fields)).meta({ required });
}
export const cursorHookInput = documentedOnly(cursorWebhookInput);
export const runnerHookInput = documentedOnly(runnerWebhookInput);

/**
 * `applied`: the task took it; `known`: the task had ended before; `parked`: stored until the task is registered; `late`: the
 * task had expired; `ignored`: not the end of a task; `refused`: stored with the reason why it could not be taken.
 */
export const webhookAnswer = z.object({
  received: z.enum(["applied", "known", "parked", "late", "ignored", "refused"]),
});

export const eventsInput = z.strictObject({
  conversationId,
  /**
   * The id of the last received event: earlier events are redelivered only when their backoff has passed. A malformed id counts
   * as none. The header `Last-Event-ID` takes precedence.
   */
  after: z
    .string()
    .transform((id) => (/^[0-9]{1,18}$/.test(id) ? id : undefined))
    .optional(),
  /** Opens a stream instead of a header, from POST .../stream-token. */
  token: z.string().optional(),
});
/** A delivery to the subscriber of a conversation, to be passed on as `type` with `context_id` = contextId. */
export const resultEvent = z.object({
  id: bigIdOut,
  type: z.enum(DELIVER_AS),
  text: z.string(),
  contextId: z.string(),
  metadata: z.object({
    taskId: z.string(),
    toolName: z.string().nullable(),
    outcome: z.enum(["completed", "failed"]),
    /** 1 for the first delivery; more for a redelivery. */
    attempt: z.int(),
    sessionPayload: z.unknown(),
  }),
});
export type ResultEvent = z.infer<typeof resultEvent>;
export const eventsAnswer = z.object({
  events: z.array(resultEvent),
  /** The conversation was ended: its results become callbacks. */
  isOver: z.boolean(),
  now: instantOut,
});
export const acknowledgeInput = z.strictObject({
  conversationId,
  id: z.string().regex(/^[1-9][0-9]{0,17}$/, "must be the id of an event: digits only"),
});
export const acknowledgeAnswer = z.object({ acknowledged: z.literal(true), taskId: z.string() });
export const endConversationInput = z.strictObject({ conversationId });
export const endConversationAnswer = z.object({
  isOver: z.literal(true),
  /** The callbacks of the first 20 unacknowledged results; the next sweep makes those of the others. */
  callbackIds: z.array(z.int()),
  /** Tasks whose results will become callbacks when they end. */
  pending: z.int(),
});
export const tokenInput = z.strictObject({ conversationId });
export const tokenAnswer = z.object({ token: z.string(), expiresAt: instantOut });

export const redeliverAnswer = z.object({ taskId: z.string(), state: z.enum(TASK_STATES) });
export const callBackInput = z.strictObject({ taskId, userId: bigId.optional() });
export const callBackAnswer = z.object({ taskId: z.string(), callbackId: z.int() });

export const sweepAnswer = z.object({
  expired: z.int(),
  applied: z.int(),
  delivered: z.int(),
  callbacks: z.int(),
  undeliverable: z.int(),
  /** Copies in Redis that the sweep repaired. */
  repaired: z.object({ copies: z.int() }),
});
