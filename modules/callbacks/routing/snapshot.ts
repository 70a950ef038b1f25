import { z } from "zod";

const instant = z.coerce.date();

const entry = z.object({
  id: z.int(),
  callbackId: z.int().nullable(),
  /** Its own callback is accepted. */
  isAccepted: z.boolean(),
  alsoCovers: z.array(z.int()),
  agentId: z.int().nullable(),
  callSessionId: z.string().nullable(),
  queueType: z.string(),
  /** Since when it is its agent's. */
  assignedAt: instant.nullable(),
  /** From when, and until when, it may be offered; no end: at any hour. */
  availableFrom: instant,
  availableUntil: instant.nullable(),
  /** Another transaction holds it: it is being taken, accepted or closed at this moment. */
  locked: z.boolean(),
});

const dueCallback = z.object({
  id: z.int(),
  userId: z.string(),
  status: z.enum(["pending", "accepted"]),
  scheduledFor: instant,
  /** The time that the user asked for, and the zone the user is in. */
  promisedFor: instant,
  zone: z.string(),
  preferredAgentId: z.int().nullable(),
  acceptedByAgentId: z.int().nullable(),
  releasedByAgentId: z.int().nullable(),
  releasedUntil: instant.nullable(),
  failedTicks: z.int(),
  /** Why it is set aside, or null. */
  quarantineCode: z.string().nullable(),
  locked: z.boolean(),
  /** Null: nobody knows this user any more. */
  doNotCall: z.boolean().nullable(),
  wrongNumber: z.boolean().nullable(),
  /** It is for a number that it names, not for that of its user. */
  namesNumber: z.boolean(),
  queueType: z.enum(["unsigned_users", "outstanding_requests"]),
  /** The live entry of the user, whatever it is for. */
  entry: entry.nullable(),
});

const agent = z.object({
  id: z.int(),
  name: z.string(),
  isAiAgent: z.boolean(),
  /** False: works here no longer. */
  isActive: z.boolean(),
  allowedQueues: z.array(z.string()),
  status: z.string().nullable(),
  statusSince: instant.nullable(),
  lastActivity: instant.nullable(),
  goneSince: instant.nullable(),
  /** Live entries, and those of them that are callbacks not yet in a call. */
  live: z.int(),
  waiting: z.int(),
});

/** A held entry that is not for a due callback but whose agent may be gone: a regular call, or one accepted early. */
const held = z.object({ entry, userId: z.string() });

/** Everything the tick decides on, read in one statement. */
export const snapshotSchema = z.object({
  /** How many callbacks are due, counted apart from the list: the ledger closes against it. */
  dueCount: z.int(),
  due: z.array(dueCallback),
  held: z.array(held),
  agents: z.array(agent),
});

export type Snapshot = z.infer<typeof snapshotSchema>;
export type DueCallback = z.infer<typeof dueCallback>;
export type SnapshotAgent = z.infer<typeof agent>;
export type LiveEntry = z.infer<typeof entry>;
export type HeldEntry = z.infer<typeof held>;
