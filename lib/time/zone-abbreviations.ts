import { countryOfZone } from "./country.ts";

/** Abbreviations as people use them: for the place, also in the other half of the year. */
const ABBREVIATIONS: Record<string, string> = {
  "est|edt|et|eastern time|eastern": "America/New_York",
  "cst|cdt|ct|central time|central": "America/Chicago",
  "mst|mdt|mt|mountain time|mountain": "America/Denver",
  "pst|pdt|pt|pacific time|pacific": "America/Los_Angeles",
  "(?:gmt|utc)(?! ?[+\u2212-] ?\\d)|zulu": "UTC",
  "bst|uk time|british time": "Europe/London",
  "irish time": "Europe/Dublin",
  "cet|cest|central european time": "Europe/Berlin",
  "eet|eest": "Europe/Athens",
  "ist|indian time|india time": "Asia/Kolkata",
  jst: "Asia/Tokyo",
  "aest|aedt": "Australia/Sydney",
};

/** What people in these countries mean by abbreviations that mean another place elsewhere. */
const IN_COUNTRY: Record<string, Record<string, string>> = {
  AE: { gst: "Asia/Dubai" },
  AU: { est: "Australia/Sydney", edt: "Australia/Sydney", cst: "Australia/Adelaide", wst: "Australia/Perth" },
  BD: { bst: "Asia/Dhaka" },
  CN: { cst: "Asia/Shanghai" },
  CU: { cst: "America/Havana", cdt: "America/Havana" },
  IL: { ist: "Asia/Jerusalem" },
  PH: { pst: "Asia/Manila" },
  TW: { cst: "Asia/Taipei" },
};
/** English as it is written where the runtime knows abbreviations. */
const LANGUAGES = ["en-US", "en-GB", "en-AU", "en-IE", "en-IN", "en-NZ", "en-ZA", "en-HK"];

/**
 * The zone that an abbreviation in the words means, and its place; null without one. What people in the zone `own` call their own
 * time is that zone: MST in Phoenix, which has no summer time, IST in Dublin.
 */
export function zoneOfAbbreviation(words: string, own: string): { zone: string; 0: string; index: number } | null {
  for (const found of words.matchAll(/\b([a-z]{2,3}t)\b(?: time)?/g)) {
    const zone = zoneHere(found[1]!, own);
    if (zone) return { zone, 0: found[0], index: found.index };
  }
  for (const [names, zone] of Object.entries(ABBREVIATIONS)) {
    const found = new RegExp(`\\b(?:${names})\\b(?: time)?`).exec(words);
    if (found) return { zone, 0: found[0], index: found.index };
  }
  return null;
}

function zoneHere(word: string, own: string): string | null {
  // GMT is also said all year round by people whose clocks change.
  if (word === "gmt") return null;
  const theirs = abbreviationsOf(own);
  // Australians leave the A of AEST out.
  if (theirs.has(word) || theirs.has(`a${word}`)) return own;
  return IN_COUNTRY[countryOfZone(own) ?? ""]?.[word] ?? null;
}

const known = new Map<string, Set<string>>();

function abbreviationsOf(zone: string): Set<string> {
  const found = known.get(zone) ?? new Set<string>();
  if (!known.has(zone)) {
    for (const language of LANGUAGES) {
      const name = new Intl.DateTimeFormat(language, { timeZone: zone, timeZoneName: "short" });
      for (const day of ["2026-01-15", "2026-07-15"]) {
        const part = name.formatToParts(new Date(day)).find(({ type }) => type === "timeZoneName");
        if (part) found.add(part.value.toLowerCase());
      }
    }
    known.set(zone, found);
  }
  return found;
}
