/**
 * The limits of the desk, as supervisors set them. Owns desk_settings. Promises: a change counts in every instance
 * within five seconds, stays within the range of its limit, and is in the audit with the value before.
 */
export { changeSetting, listSettings } from "./settings.ts";
