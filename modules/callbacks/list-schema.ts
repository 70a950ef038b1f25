import { z } from "zod";
import { cursorIn } from "#lib/base/cursor";
import { bigId, bigIdOut, instantIn, instantOut, smallId } from "#lib/base/ids";
import { CALLBACK_STATES, callbackAnswer, eventAnswer } from "./promise-schema.ts";
import { freeText } from "#lib/base/text";

/** Selects callbacks; a callback must fit every field that is given. */
const filter = z.strictObject({
  /** One state, or several with commas between them. */
  status: z
    .string()
    .max(60)
    .transform((states) => states.split(","))
    .pipe(z.array(z.enum(CALLBACK_STATES)))
    .optional(),
  /** Promised to, accepted or completed by this agent, or in the agent's queue. */
  agentId: smallId.optional(),
  userId: bigId.optional(),
  /** Scheduled at or after `from`, and before `to`. */
  from: instantIn.optional(),
  to: instantIn.optional(),
  /**
   * Only callbacks that the wallboard counts under this word at this moment. `late`: open, and the time passed more than five
   * minutes ago; `due`: open, and the time has come within five minutes; neither includes a callback that waits for the morning.
   * `unassigned`: in the queue, without an agent.
   */
  only: z.enum(["late", "due", "unassigned"]).optional(),
  /** Words of the user's name as they are spoken, in any order, digits of a phone number, or the id of a callback. */
  search: freeText().trim().min(2).max(100).optional(),
});
const order = z.enum(["newest", "due", "latest", "customer", "agent", "state"]);
export type Order = z.infer<typeof order>;
export const listInput = filter.extend({
  /** `due`: the earliest first; `latest`: the latest first; else by the name of that column. */
  order: order.default("newest"),
  /**
   * The `nextCursor` of the page before. Pages ordered by `due` keep the times as they were when the first page was read: a
   * callback that is rescheduled meanwhile is neither left out nor shown twice, and shows its new time.
   */
  cursor: cursorIn(/^[1-9][0-9]{0,9}(@[0-9]{1,15})?(~[A-Za-z0-9_-]{0,260})?$/).optional(),
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
      /** The same as people read it. */
      spacedPhone: z.string(),
      timeZone: z.string(),
      /** Promises to this user that are still open. */
      openCallbacks: z.int(),
    }),
  ),
});
/** `from` and `to`: the span of `inSpan`. */
export const countsInput = filter
  .pick({ agentId: true, userId: true, search: true })
  .extend({ from: instantIn, to: instantIn });
export const countsAnswer = z.object({
  late: z.int(),
  due: z.int(),
  open: z.int(),
  accepted: z.int(),
  unassigned: z.int(),
  inSpan: z.int(),
  now: instantOut,
});
export const calendarInput = filter.extend({ from: instantIn, to: instantIn });
export const overdueInput = listInput.pick({ agentId: true, cursor: true, limit: true });
export type CallbackFilter = z.infer<typeof filter>;

/** A callback with the people in it, for people to read. */
export const shownCallback = callbackAnswer.extend({
  userName: z.string(),
  /** The number to call: the one that the callback names, else that of the user. */
  userPhone: z.string(),
  userTimeZone: z.string(),
  /** False: the zone is a guess, of the number or of the desk. */
  isZoneKnown: z.boolean(),
  /** The agent who accepted it, else the agent in whose queue it is, else the preferred agent. */
  agentId: z.int().nullable(),
  agentName: z.string().nullable(),
  /** False: nobody has it yet, and the agent is the one it was asked for. */
  isHeld: z.boolean(),
  /** Until when it waits for the morning of the user although its time has come, because the user did not ask for this hour. */
  waitsUntil: instantOut.nullable(),
  /** Somebody is calling about it, or about another promise to the user in a call that covers it. */
  isInCall: z.boolean(),
});
/** `doneAt`: when the agent did it in a browser that was offline; null: the browser sent it at once. */
export const shownEvent = eventAnswer.extend({ actorName: z.string().nullable(), doneAt: instantOut.nullable() });
export const callbackStoryAnswer = shownCallback.extend({
  events: z.array(shownEvent),
  /** Texts about it, oldest first: `state` and `why` of each message, or why there is none. */
  texts: z.array(
    z.object({
      occasion: z.enum(["promised", "moved", "cancelled", "soon"]),
      at: instantOut,
      /** The time of the call that the text announces. */
      forTime: instantOut,
      messageId: z.string().nullable(),
      state: z.string().nullable(),
      why: z.string(),
    }),
  ),
  /** The number to call as people read it. */
  spacedPhone: z.string(),
  /** The link that dials this number; null: the number cannot be dialled. */
  dialLink: z.string().nullable(),
  /** Why the number may not be called; null: it may be. */
  mark: z.object({ kind: z.enum(["do_not_call", "wrong_number"]), why: z.string() }).nullable(),
  /** The server's clock when this was read. */
  now: instantOut,
});
export const listAnswer = z.object({
  callbacks: z.array(shownCallback),
  nextCursor: z.string().nullable(),
  now: instantOut,
});
export const calendarAnswer = z.object({
  /** The number of callbacks scheduled in each quarter of an hour that has any; `late`: open ones whose time has passed and that nobody is calling about. */
  quarters: z.array(z.object({ at: instantOut, callbacks: z.int(), late: z.int() })),
  now: instantOut,
});
export const overdueAnswer = z.object({
  callbacks: z.array(callbackAnswer.extend({ minutesOverdue: z.int() })),
  nextCursor: z.string().nullable(),
});
