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

/** Any JSON, of characters that can be kept: no NUL, no half of a surrogate pair. */
const anyJson = z.unknown().refine(isStorable, "holds a character that cannot be stored, such as a NUL character");

function isStorable(value: unknown): boolean {
  if (typeof value === "string") return isStorableText(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([key, inner]) => isStorable(key) && isStorable(inner));
}

/** How the subscriber of the conversation passes the result on: in silence, or so that the agent speaks of it. */
const DELIVER_AS = ["contextual_update", "user_message"] as const;

export const registerInput = z.strictObject({
  taskId,
  conversationId,
  /** Anything the subscriber wants back with the result. */
  sessionPayload: anyJson.optional(),
  /** The address of a relay of ours. A credential: kept, never shown. */
  wsUrl: z.string().min(1).max(2_048).optional(),
  toolName: freeText().trim().min(1).max(200).optional(),
  toolArgs: anyJson.optional(),
  /** Whom to call back when the conversation is over before the result. */
  userId: bigId.optional(),
  /** 0 to 100; higher is delivered sooner. */
  priority: z.int().min(0).max(100).default(0),
  deliverAs: z.enum(DELIVER_AS).default("contextual_update"),
});
export type RegisterInput = z.output<typeof registerInput>;

/** A task as the API shows it: everything but its `wsUrl`. */
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
  /** How often delivery was attempted. */
  attempts: z.int(),
  nextAttemptAt: instantOut.nullable(),
  lastError: z.string().nullable(),
  callbackId: z.int().nullable(),
  /** The last thing that happened, in words. */
  why: z.string(),
});

export const taskInput = z.strictObject({ taskId });
export const taskStoryAnswer = taskAnswer.extend({
  sessionPayload: z.unknown(),
  toolArgs: z.unknown(),
  /** Whether it names a relay; the address itself is a credential. */
  hasRelay: z.boolean(),
  /** A result that came after the task had expired. */
  lateOutcome: z.unknown(),
  events: z.array(
    z.object({
      at: instantOut,
      what: z.string(),
      /** Who did it; null when that was not recorded yet. */
      actor: z.string().nullable(),
      /** The state before it; null for the first event. */
      from: z.enum(TASK_STATES).nullable(),
      state: z.enum(TASK_STATES),
      why: z.string(),
    }),
  ),
  /** What was rightly signed and could not be taken, with the reason, the newest first. */
  refused: z.array(z.object({ at: instantOut, why: z.string(), sent: z.unknown() })),
  now: instantOut,
});

/** `isNew`: false when the same was registered before. */
export const registerAnswer = taskStoryAnswer.extend({ isNew: z.boolean() });

export const listInput = z.strictObject({
  state: z.enum(TASK_STATES).optional(),
  conversationId: conversationId.optional(),
  /** A part of the id, the tool, or the conversation. */
  search: freeText().trim().min(2).max(100).optional(),
  /** The `nextCursor` of the page before: where its last task was when it was shown. */
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
  /** The last ten web hooks that were rightly signed and could not be taken; `about`: the task or Cursor agent they name. */
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
  /** Launches although an earlier launch, whose answer was lost, may be running. */
  again: z.boolean().default(false),
});
export const launchAnswer = z.object({ taskId: z.string(), cursorAgentId: z.string() });

/** What Cursor sends. It may add fields at any time; what we need of them is checked. */
export const cursorWebhookInput = z.looseObject({
  /** Of the task, in the address we gave to Cursor. */
  task: taskId.optional(),
  event: z.string().max(100),
  id: id("Cursor agent"),
  status: z.string().max(100),
  summary: z.string().nullish(),
  target: z
    .looseObject({ url: z.string().nullish(), branchName: z.string().nullish(), prUrl: z.string().nullish() })
    .nullish(),
});
/** Who signs rightly may send more than is known here: a runner need not be of our release. */
export const runnerWebhookInput = z.object({
  requestId: taskId,
  success: z.boolean(),
  output: z.unknown().optional(),
  error: z.string().nullish(),
  conversationId: conversationId.optional(),
});
/**
 * Takes whatever a signed sender says and documents what is meant: who is answered 400 sends the same for ever, and nobody
 * who waits for the task learns why.
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
 * `applied`: the task took it; `known`: it had ended already; `parked`: kept until its task is registered; `late`: it
 * had expired; `ignored`: no end; `refused`: kept with the reason why it could not be taken.
 */
export const webhookAnswer = z.object({
  received: z.enum(["applied", "known", "parked", "late", "ignored", "refused"]),
});

export const eventsInput = z.strictObject({
  conversationId,
  /**
   * The last event that was received: those before it come again only when it is time to repeat them. What is no id of
   * an event counts as none, and the header `Last-Event-ID` counts before this.
   */
  after: z
    .string()
    .transform((id) => (/^[0-9]{1,18}$/.test(id) ? id : undefined))
    .optional(),
  /** Opens a stream in place of a header, from POST .../stream-token. */
  token: z.string().optional(),
});
/** What is delivered to the subscriber of a conversation, to be passed on as `type` with `context_id` = contextId. */
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
  /** Somebody said that this conversation is over: its results become callbacks. */
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
  /** Of the first 20 results that nobody had acknowledged; the next sweep makes those of the others. */
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
  /** What one of the two stores had lost, by where it was put back. */
  repaired: z.object({ copies: z.int() }),
});
