import { z } from "zod";
import { instantOut } from "#lib/base/ids";
import { SETTING_NAMES } from "./rules.ts";
import { freeText } from "#lib/base/text";

export const settingsInput = z.strictObject({});
export const changeSettingInput = z.strictObject({
  name: z.enum(SETTING_NAMES),
  /** Null: the value of the environment. */
  value: z.int().min(1).max(86_400).nullable(),
});
export const settingAnswer = z.object({
  name: z.enum(SETTING_NAMES),
  meaning: z.string(),
  min: z.int(),
  max: z.int(),
  value: z.int(),
  /** The person who set it, and when; null: the environment sets it. */
  changedBy: z.string().nullable(),
  changedAt: instantOut.nullable(),
});
export const settingsAnswer = z.object({ settings: z.array(settingAnswer) });

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time such as 09:00");
export const deskCalendar = z.strictObject({
  timeZone: z.string().min(1).max(64),
  /** Seven days from Monday; null: closed. */
  week: z.array(z.strictObject({ opens: clock, closes: clock }).nullable()).length(7),
  /** Dates on the desk's own calendar. */
  holidays: z.array(z.strictObject({ date: z.iso.date(), name: freeText().trim().min(1).max(100) })).max(500),
});
export const QUEUE_TYPES = ["unsigned_users", "outstanding_requests"] as const;
export const nameQueueInput = z.strictObject({
  queueType: z.enum(QUEUE_TYPES),
  /** Null: its first name. */
  name: freeText().trim().min(1).max(40).nullable(),
});
const namedQueue = z.object({
  queueType: z.enum(QUEUE_TYPES),
  name: z.string(),
  /** The person who named it, and when; null: it has its first name. */
  changedBy: z.string().nullable(),
  changedAt: instantOut.nullable(),
});
export const queueNamesAnswer = z.object({ queues: z.array(namedQueue) });
/** Null: always open. */
export const calendarInput = z.strictObject({ calendar: deskCalendar.nullable() });
export const calendarAnswer = z.object({
  calendar: deskCalendar.nullable(),
  changedBy: z.string().nullable(),
  changedAt: instantOut.nullable(),
  /** Open promises to come at which the desk is closed, of the next 1,000; absent without any. */
  whenClosed: z.object({ promises: z.int(), first: instantOut }).optional(),
});
