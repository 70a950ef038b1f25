/** The zone that words name: a city, an abbreviation or a name of the database of zones. */
import { canonicalZone } from "#lib/time/country";
import { isZone } from "#lib/time/zone";
import { zoneOfAbbreviation } from "#lib/time/zone-abbreviations";
import { cut } from "#lib/time/spoken/number-words";

let cities: Map<string, string> | undefined;

/** The zone that the words name, if any, and the words without it. `own`: the zone of the person, who may have meant it. */
export function namedZone(words: string, own: string): { zone: string | null; rest: string; note?: string } | null {
  const theirs = /\b(their|local|her|his|my) time\b/.exec(words);
  // Written by an agent who repeats the words of the user; the agent's own clock may be meant as well.
  const note = theirs?.[1] === "my" ? { note: "“my time” was read as the time of the user." } : {};
  if (theirs) return { zone: null, rest: cut(words, theirs), ...note };
  cities ??= new Map(
    Intl.supportedValuesOf("timeZone").map((zone) => [
      zone.split("/").at(-1)!.replaceAll("_", " ").toLowerCase(),
      zone,
    ]),
  );
  for (const found of words.matchAll(
    /\b(?:in )?([a-z][a-z/_]*(?: [a-z]+){0,2}?) time\b|\bin ([a-z]+(?: [a-z]+)?)(?=$|[ ,])/g,
  )) {
    const name = found[1] ?? found[2] ?? "";
    // "in berlin on friday": the last words may belong to the day.
    for (const start of [...startsOf(name), ...(found[2] ? [name.split(" ")[0]!] : [])]) {
      const zone = cities.get(start);
      if (zone)
        return {
          zone,
          rest: cut(words, {
            // Only the place, and "time" after it: "in Berlin tomorrow" names the day as well.
            0: found[1] ? found[0].slice(found[0].indexOf(start)) : start,
            index: found.index + found[0].indexOf(start),
          })
            .replace(/\bin\s*$/, "")
            .replace(/\bin {2,}/, ""),
        };
    }
  }
  const abbreviated = zoneOfAbbreviation(words, own);
  if (abbreviated) return { zone: abbreviated.zone, rest: cut(words, abbreviated) };
  const iana = /\b[a-z]+\/[a-z_]+(?:\/[a-z_]+)?\b/.exec(words);
  return iana && isZone(iana[0]) ? { zone: canonicalZone(iana[0]), rest: cut(words, iana) } : null;
}

/** "3pm new york": the whole, then without its first word, and so on. */
function startsOf(name: string): string[] {
  const parts = name.split(" ");
  return parts.map((_, n) => parts.slice(n).join(" "));
}
