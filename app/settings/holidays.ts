/** The holidays in the lines that are not empty, each a date and a name; or an error that names every line that is none. */
export function holidaysOf(text: string): { date: string; name: string }[] | Error {
  const lines = text.split("\n").map((line) => line.trim());
  const holidays = lines.filter((line) => line !== "").map((line) => holidayOf(line) ?? line);
  const wrong = holidays.filter((line) => typeof line === "string").map((line) => `“${line}”`);
  const last = wrong.pop();
  if (last === undefined) return holidays.map((line) => ({ date: line[1]!, name: line[2]! }));
  const are = wrong.length === 0 ? `${last} is no holiday` : `${wrong.join(", ")} and ${last} are no holidays`;
  return new Error(`${are}; write a date and a name, such as 2026-12-25 Christmas Day.`);
}

/** The date and the name in a line, unless the calendar has no such day. */
function holidayOf(line: string): RegExpExecArray | null {
  const found = /^(\d{4}-\d\d-\d\d)\s+(.+)$/.exec(line);
  const day = new Date(found?.[1] ?? Number.NaN);
  return Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== found![1] ? null : found;
}
