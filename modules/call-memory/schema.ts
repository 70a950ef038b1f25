import { z } from "zod";

/** The version of the rules and of what is learnt. A new version replaces the claims that an older one has read in a unit. */
export const ENGINE = 5;

/** One call's notes, with the instant of the call and the zone of the person who was called. */
export const unit = z.object({
  /** The id of the call, or of the draft while the call is open. */
  id: z.string().min(1).max(100),
  userId: z.string().min(1).max(40),
  userName: z.string().max(200),
  notes: z.string().max(20_000),
  at: z.iso.datetime({ offset: true }),
  zone: z.string().min(1).max(60),
  /** False: the zone is a guess. */
  isZoneKnown: z.boolean(),
  /** The id of the shift: its calls belong together. */
  sessionId: z.string().min(1).max(100),
});
export type Unit = z.infer<typeof unit>;

export const KINDS = ["promise", "preference", "fact", "objection", "risk"] as const;
export type Kind = (typeof KINDS)[number];

/** When a promise falls due, on the clock of the person: `local` is `2026-03-05T15:00`, or `2026-03-05` when only the day was named. */
export const dueTime = z.object({
  local: z.string(),
  /** For "after 3" and "by Friday": the time is one end of the meant period. */
  bound: z.enum(["after", "before"]).nullable(),
  /** The words that were read. */
  words: z.string(),
});
export type DueTime = z.infer<typeof dueTime>;

/** A claim: one statement of a note. */
export const claim = z.object({
  /** Derived from the unit, the place of the sentence, the rule and the engine: reading a unit twice gives the same claims. */
  id: z.string(),
  unitId: z.string(),
  userId: z.string(),
  sessionId: z.string(),
  kind: z.enum(KINDS),
  /** The side that owes the act: `us` owes the customer, `them` owes us. Null: the claim is not a promise. */
  owedBy: z.enum(["us", "them"]).nullable(),
  /** Promises of ours that a callback keeps; others are kept in another way. */
  isCallback: z.boolean(),
  /** The base value of the rule, 0 to 1. The loss by age is computed at each reading, and never stored. */
  confidence: z.number().min(0).max(1),
  rule: z.string(),
  engine: z.int(),
  /** The place of the sentence in the note, in UTF-16 units, and the sentence itself. */
  span: z.object({ from: z.int().min(0), to: z.int().min(0) }),
  text: z.string(),
  due: dueTime.nullable(),
  /** Words that two claims on one matter have in common. */
  topic: z.string(),
  at: z.string(),
  zone: z.string(),
  /** After a merge, the oldest claim with the same meaning, which stands for all; null: this claim stands for itself. */
  mergedInto: z.string().nullable(),
  isArchived: z.boolean(),
  /** A claim that an agent corrected or kept stays when the rules change. */
  isPinned: z.boolean(),
});
export type Claim = z.infer<typeof claim>;
