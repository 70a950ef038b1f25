import { command, methods, query } from "#lib/http/route";
import { setDeskCalendar, showDeskCalendar } from "#modules/settings";
import { calendarAnswer, calendarInput, settingsInput } from "#schema/settings";

const show = { summary: "When the desk is open.", input: settingsInput, answer: calendarAnswer };
const set = { summary: "Says when the desk is open.", input: calendarInput, answer: calendarAnswer };

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods("/calendar", {
  GET: query({ who: ["supervisor"], ...show, read: showDeskCalendar }),
  PUT: command({ who: ["supervisor"], ...set, run: setDeskCalendar }),
});
