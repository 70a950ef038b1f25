import { z } from "zod";
import { DEVICES } from "#lib/base/device";
import { instantIn, instantOut, smallId } from "#lib/base/ids";
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

/** The number of unsent actions in one browser of an agent, as of the last report of that browser. */
export const heldUnsent = z.object({
  browserId: z.string(),
  device: z.string(),
  unsent: z.int().min(1),
  /** When the agent did the oldest of these actions. */
  oldestAt: instantOut,
  /** When the browser reported. */
  reportedAt: instantOut,
});

const browserId = z.string().regex(/^[0-9a-f]{32}$/);
export const reportUnsentInput = z.strictObject({
  agentId: smallId,
  /** The browser, by the name it has chosen for itself. */
  browserId,
  device: z.enum(DEVICES),
  /** Zero: the browser holds nothing any more. */
  unsent: z.int().min(0).max(1_000_000),
  oldestAt: instantIn.nullable(),
});
export const explainUnsentInput = z.strictObject({
  agentId: smallId,
  browserId,
  reason: freeText().trim().min(1).max(500),
});
export const unsentAnswer = z.object({ agentId: z.int(), browserId: z.string() });

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
      /** Since when the agent has this status. */
      statusSince: instantOut.nullable(),
      lastActivity: instantOut.nullable(),
      goneSince: instantOut.nullable(),
      /** Open callbacks that are with this agent, those with this preferred agent, and callbacks in this agent's queue now. */
      openCallbacks: z.int(),
      owns: z.int(),
      holds: z.int(),
      /** Browsers that hold unsent actions, oldest first. */
      unsent: z.array(heldUnsent),
    }),
  ),
  nextCursor: z.int().nullable(),
  /** The server's clock when this was read. */
  now: instantOut,
});

/** The statuses that an agent can decide on. A call sets `on_call`, and its end takes it away. */
export const DECISIONS = ["available", "break", "offline"] as const;

export const sessionInput = z.strictObject({
  agentId: smallId,
  /** The agent's decision. Without one, or with `on_call`, the request is a heartbeat, which changes no status. */
  status: z
    .enum(SESSION_STATES)
    .transform((status) => (status === "on_call" ? undefined : status))
    .optional(),
});
export const sessionAnswer = z.object({
  agentId: z.int(),
  status: z.enum(SESSION_STATES),
  /** During a call: the status that the agent decided on for after it. */
  afterCall: z.enum(DECISIONS).nullable(),
  loginAt: instantOut,
  lastActivity: instantOut,
  /** True when this report made the agent available, and the agent was not available before. */
  becameAvailable: z.boolean(),
});

export const agentIdInput = z.strictObject({ agentId: smallId });
export const logOutAnswer = z.object({ agentId: z.int(), loggedOut: z.boolean() });
