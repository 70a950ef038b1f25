/**
 * The limits of the desk, its opening hours and the names of its queues, as supervisors set them. Owns desk_settings,
 * desk_calendar and desk_queue_names. Promises: a change takes effect in every instance within five seconds, stays within the
 * range of its limit, and is in the audit with the value before.
 */
export { setDeskCalendar, showDeskCalendar } from "./calendar.ts";
export { listQueueNames, nameQueue } from "./queue-names.ts";
export { changeSetting, listSettings } from "./settings.ts";
