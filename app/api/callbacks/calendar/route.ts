import { methods, query } from "#lib/http/route";
import { OWN_DESK } from "#modules/agents";
import { showCalendar } from "#modules/callbacks";
import { calendarAnswer, calendarInput } from "#schema/callbacks";

const summary = "The number of callbacks in each quarter of an hour of up to 31 days.";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/callbacks/calendar", {
  GET: query({ ...OWN_DESK, summary, input: calendarInput, answer: calendarAnswer, read: showCalendar }),
});
