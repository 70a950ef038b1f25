import { z } from "zod";

const instant = z.coerce.date();

const entry = z.object({
  id: z.int(),
  callbackId: z.int().nullable(),
  /** The callback of this entry is accepted. */
  isAccepted: z.boolean(),
  /** The callback of this entry is accepted, and its number may be called. */
  mayBeCalled: z.boolean(),
  alsoCovers: z.array(z.int()),
  agentId: z.int().nullable(),
  callSessionId: z.string().nullable(),
  queueType: z.string(),
  /** Since when the entry is with its agent. */
  assignedAt: instant.nullable(),
  /** From when and until when the entry may be offered; null: at any hour. */
  availableFrom: instant,
  availableUntil: instant.nullable(),
  /** Another transaction holds the row: the entry is being taken, accepted or closed at this moment. */
  locked: z.boolean(),
});

const dueCallback = z.object({
  id: z.int(),
  userId: z.string(),
  status: z.enum(["pending", "accepted"]),
  scheduledFor: instant,
  /** The time that the user asked for, and the zone of the user. */
  promisedFor: instant,
  zone: z.string(),
  preferredAgentId: z.int().nullable(),
  acceptedByAgentId: z.int().nullable(),
  releasedByAgentId: z.int().nullable(),
  releasedUntil: instant.nullable(),
  failedTicks: z.int(),
  /** Why the callback is set aside, or null. */
  quarantineCode: z.string().nullable(),
  locked: z.boolean(),
  /** Null: the user is not known any more. */
  doNotCall: z.boolean().nullable(),
  wrongNumber: z.boolean().nullable(),
  /** The callback names a number of its own. */
  namesNumber: z.boolean(),
  queueType: z.enum(["unsigned_users", "outstanding_requests"]),
  /** The live entry of the user, whichever callback it is for. */
  entry: entry.nullable(),
});

const agent = z.object({
  id: z.int(),
  name: z.string(),
  isAiAgent: z.boolean(),
  /** False: the agent no longer works here. */
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

/** An entry of a user without a due callback, whose agent may be gone: a regular call, or a callback accepted early. */
const held = z.object({ entry, userId: z.string() });

/** All input of a tick, read in one statement. */
export const snapshotSchema = z.object({
  /** The number of due callbacks, counted apart from the list: the ledger must close against it. */
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
