import { command, methods, query } from "#lib/http/route";
import { setDeskCalendar, showDeskCalendar } from "#modules/settings";
import { calendarAnswer, calendarInput, settingsInput } from "#schema/settings";

const show = { summary: "The opening hours of the desk.", input: settingsInput, answer: calendarAnswer };
const set = { summary: "Sets the opening hours of the desk.", input: calendarInput, answer: calendarAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/calendar", {
  GET: query({ who: ["supervisor"], ...show, read: showDeskCalendar }),
  PUT: command({ who: ["supervisor"], ...set, run: setDeskCalendar }),
});
