import { z } from "zod";
import { instantOut } from "#lib/base/ids";

/** The state of an agent that keeps them from a call. */
const standing = z.discriminatedUnion("is", [
  z.object({ is: z.enum(["away", "silent", "on break", "on a call", "not available"]), since: instantOut.nullable() }),
  z.object({ is: z.literal("full"), waiting: z.int() }),
  /** For how many minutes an offer, or an acceptance, waited for the agent. */
  z.object({ is: z.enum(["did not take it", "did not call"]), minutes: z.int() }),
  z.object({ is: z.enum(["in other queues", "out of this queue", "gave it back", "deleted", "not eligible"]) }),
]);
export type Standing = z.infer<typeof standing>;

/** An agent by name, and the state that keeps them from the call. */
const hindered = z.object({ agent: z.string().nullable(), standing });
export type Hindered = z.infer<typeof hindered>;

/** Optional parts of every placement: the agent whom the entry has just left, and the agent who was passed over. */
const placed = { left: hindered.optional(), missed: hindered.extend({ wasAskedFor: z.boolean() }).optional() };

/** Reasons why a callback cannot be called at all; each kind is the code of its refusal. */
const hindrance = [
  z.object({ kind: z.literal("user_unknown"), userId: z.string() }),
  z.object({ kind: z.enum(["do_not_call", "wrong_number"]), userId: z.string(), namesNumber: z.boolean() }),
  z.object({ kind: z.literal("write_failed"), isSetAside: z.boolean() }),
] as const;

/** Why routing put a callback where it is, as data; `routing/sentences.ts` makes the sentence when it is shown. */
export const routingReason = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("preferred"), agent: z.string(), ...placed }),
  z.object({ kind: z.literal("least loaded"), agent: z.string(), live: z.int(), ...placed }),
  /** The number of agents that each rule left out. */
  z.object({ kind: z.literal("nobody"), results: z.record(z.string(), z.int()), ...placed }),
  z.object({ kind: z.literal("hours"), opensAt: instantOut, zone: z.string(), ...placed }),
  z.object({ kind: z.literal("accepted"), ...placed }),
  z.object({ kind: z.literal("given back"), left: hindered }),
  /**
   * The entry is closed and the callback waits for its time. `left`: the agent who had the entry; null when the user may not be
   * called.
   */
  z.object({ kind: z.literal("waits again"), left: hindered.nullable() }),
  z.object({ kind: z.literal("user in a call") }),
  z.object({ kind: z.literal("agent has the user") }),
  z.object({ kind: z.literal("other first"), callbackId: z.int() }),
  ...hindrance,
]);
export type RoutingReason = z.infer<typeof routingReason>;
export type Hindrance = z.infer<(typeof hindrance)[number]>;

/** A reason as it is read: null for an event written before reasons were data, and for one whose text says everything. */
export const storedReason = routingReason
  .nullable()
  .catch(null)
  .describe("why routing put it where it is, as data; null when there is no more to say than the sentence");
