import { OWN_DESK } from "#lib/http/authenticate";
import { methods, route } from "#lib/http/route";
import { showCalendar } from "#modules/callbacks";
import { calendarAnswer, calendarInput } from "#schema/callbacks";

const summary = "How many callbacks are scheduled in each quarter of an hour of up to 31 days.";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/callbacks/calendar", {
  GET: route({ who: OWN_DESK, summary, input: calendarInput, answer: calendarAnswer, read: showCalendar }),
});
