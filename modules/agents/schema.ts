import { z } from "zod";
import { instantOut, smallId } from "#lib/base/ids";
import { QUEUE_TYPES } from "./rules.ts";
import { freeText } from "#lib/base/text";

export const SESSION_STATES = ["available", "on_call", "break", "offline"] as const;

const name = freeText().trim().min(1).max(100);

const email = z
  .email()
  .max(254)
  .transform((value) => value.toLowerCase());
const allowedQueues = z
  .array(z.enum(QUEUE_TYPES))
  .max(2)
  .transform((list) => [...new Set(list)]);

export const createAgentInput = z.strictObject({
  firstName: name,
  lastName: name,
  email,
  allowedQueues: allowedQueues.default([...QUEUE_TYPES]),
  isAiAgent: z.boolean().default(false),
  team: name.optional(),
});
export type CreateAgentInput = z.infer<typeof createAgentInput>;

export const changeAgentInput = z
  .strictObject({
    agentId: smallId,
    firstName: name.optional(),
    lastName: name.optional(),
    email: email.optional(),
    allowedQueues: allowedQueues.optional(),
    isAiAgent: z.boolean().optional(),
    /** Null takes the agent out of every team. */
    team: name.nullable().optional(),
  })
  .refine((input) => Object.keys(input).length > 1, { error: "must name at least one thing to change" });
export type ChangeAgentInput = z.infer<typeof changeAgentInput>;

export const agentAnswer = z.object({
  id: z.int(),
  firstName: z.string(),
  lastName: z.string(),
  email: z.string(),
  isActive: z.boolean(),
  isAiAgent: z.boolean(),
  allowedQueues: z.array(z.enum(QUEUE_TYPES)),
  team: z.string().nullable(),
  createdAt: instantOut,
});

export const listAgentsInput = z.strictObject({
  cursor: smallId.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export const listAgentsAnswer = z.object({
  agents: z.array(
    agentAnswer.extend({
      /** Null when the agent is not logged in. */
      status: z.enum(SESSION_STATES).nullable(),
      /** Since when the status is what it is. */
      statusSince: instantOut.nullable(),
      lastActivity: instantOut.nullable(),
      goneSince: instantOut.nullable(),
      /** Open callbacks that are their promise, and callbacks that lie in their queue. */
      owns: z.int(),
      holds: z.int(),
    }),
  ),
  nextCursor: z.int().nullable(),
  /** The clock of the desk when this was read. */
  now: instantOut,
});

/** What an agent decides. `on_call` is no decision: a call sets it, and its end takes it away. */
export const DECISIONS = ["available", "break", "offline"] as const;

export const sessionInput = z.strictObject({
  agentId: smallId,
  /** What the agent decides. Without one, or with `on_call`, it is a sign of life, which changes no status. */
  status: z
    .enum(SESSION_STATES)
    .transform((status) => (status === "on_call" ? undefined : status))
    .optional(),
});
export const sessionAnswer = z.object({
  agentId: z.int(),
  status: z.enum(SESSION_STATES),
  /** While a call is under way: the status that was decided for after it. */
  afterCall: z.enum(DECISIONS).nullable(),
  loginAt: instantOut,
  lastActivity: instantOut,
  /** This report made the agent available who was not a moment before. */
  becameAvailable: z.boolean(),
});

export const agentIdInput = z.strictObject({ agentId: smallId });
export const logOutAnswer = z.object({ agentId: z.int(), loggedOut: z.boolean() });
