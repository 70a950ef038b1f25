import { z } from "zod";
import { cursorIn } from "#lib/base/cursor";
import { bigId, bigIdOut, instantIn, instantOut, smallId } from "#lib/base/ids";
import { CALLBACK_STATES, callbackAnswer, eventAnswer } from "./promise-schema.ts";
import { freeText } from "#lib/base/text";

/** Which callbacks are meant; everything that is given must fit. */
const filter = z.strictObject({
  /** One state, or several with commas between them. */
  status: z
    .string()
    .max(60)
    .transform((states) => states.split(","))
    .pipe(z.array(z.enum(CALLBACK_STATES)))
    .optional(),
  agentId: smallId.optional(),
  userId: bigId.optional(),
  /** Scheduled from then on, and before then. */
  from: instantIn.optional(),
  to: instantIn.optional(),
  /** Words of the user's name as they are spoken, in any order, digits of a phone number, or the id of a callback. */
  search: freeText().trim().min(2).max(100).optional(),
});
export const listInput = filter.extend({
  /** `due`: the earliest first. */
  order: z.enum(["newest", "due"]).default("newest"),
  /**
   * The `nextCursor` of the page before. Pages by `due` are in the order of the times as they were when the first page was
   * read: what changes meanwhile is neither left out nor shown twice, and has its new time where it is shown.
   */
  cursor: cursorIn(/^[1-9][0-9]{0,9}(@[0-9]{1,15})?$/).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
/** Words of the name in any order, or digits of a number, as in a search for callbacks. */
export const findPeopleInput = z.strictObject({ search: freeText().trim().min(2).max(100) });
export const findPeopleAnswer = z.object({
  people: z.array(
    z.object({
      userId: bigIdOut,
      name: z.string(),
      phone: z.string(),
      timeZone: z.string(),
      /** Promises to them that are still to be kept. */
      openCallbacks: z.int(),
    }),
  ),
});
export const calendarInput = filter.extend({ from: instantIn, to: instantIn });
export const overdueInput = listInput.pick({ agentId: true, cursor: true, limit: true });
export type CallbackFilter = z.infer<typeof filter>;

/** A callback with the people in it, for people to read. */
export const shownCallback = callbackAnswer.extend({
  userName: z.string(),
  /** The number that is called: the one that it names, else that of the user. */
  userPhone: z.string(),
  userTimeZone: z.string(),
  /** False: the zone is a guess, of the number or of the desk. */
  isZoneKnown: z.boolean(),
  /** Who accepted it, else in whose queue it is, else who was asked for. */
  agentId: z.int().nullable(),
  agentName: z.string().nullable(),
  /** Its time has come, and nobody asked for this hour: it waits for the morning of the user. */
  waitsUntil: instantOut.nullable(),
});
/** `doneAt`: when the agent did it in a browser that could not send it before; null: it was sent at once. */
export const shownEvent = eventAnswer.extend({ actorName: z.string().nullable(), doneAt: instantOut.nullable() });
export const callbackStoryAnswer = shownCallback.extend({
  events: z.array(shownEvent),
  /** Texts about it, the first one first; `state` and `why` of the message, or why there is none. */
  texts: z.array(
    z.object({
      occasion: z.enum(["promised", "moved", "cancelled", "soon"]),
      at: instantOut,
      /** The time of the call that it speaks of. */
      forTime: instantOut,
      messageId: z.string().nullable(),
      state: z.string().nullable(),
      why: z.string(),
    }),
  ),
  /** What dials exactly the number that is called; null: it is no number. */
  dialLink: z.string().nullable(),
  /** Why the number may not be called; null: it may. */
  mark: z.object({ kind: z.enum(["do_not_call", "wrong_number"]), why: z.string() }).nullable(),
  /** The clock of the desk when this was read. */
  now: instantOut,
});
export const listAnswer = z.object({
  callbacks: z.array(shownCallback),
  nextCursor: z.string().nullable(),
  now: instantOut,
});
export const calendarAnswer = z.object({
  /** How many are scheduled in each quarter of an hour that has any; `late`: open ones whose time has passed. */
  quarters: z.array(z.object({ at: instantOut, callbacks: z.int(), late: z.int() })),
  now: instantOut,
});
export const overdueAnswer = z.object({
  callbacks: z.array(callbackAnswer.extend({ minutesOverdue: z.int() })),
  nextCursor: z.string().nullable(),
});
