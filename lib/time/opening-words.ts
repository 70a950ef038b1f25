const clocks = new Map<string, Intl.DateTimeFormat>();

/** "8:00 in London": an opening time inside a sentence. Also runs in a browser, so it does without Temporal. */
export function openingWords(at: Date, zone: string): string {
  return `${clockIn(zone).format(at).replace(/^0/, "")} in ${(zone.split("/").at(-1) ?? zone).replaceAll("_", " ")}`;
}

/** Created once for each zone: a tick formats thousands of these. */
function clockIn(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: zone,
  });
  clocks.set(zone, made);
  return made;
}
