/**
 * The limits of the desk and its opening hours, as supervisors set them. Owns desk_settings and desk_calendar. Promises: a change takes effect in
 * every instance within five seconds, stays within the range of its limit, and is in the audit with the value before.
 */
export { setDeskCalendar, showDeskCalendar } from "./calendar.ts";
export { changeSetting, listSettings } from "./settings.ts";
