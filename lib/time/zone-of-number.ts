import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import { zonesOf } from "#lib/time/country";

/** Present names of zones for which the runtime still returns older ones. */
const RENAMED: Readonly<Record<string, string>> = {
  "Asia/Calcutta": "Asia/Kolkata",
  "Asia/Katmandu": "Asia/Kathmandu",
  "Asia/Saigon": "Asia/Ho_Chi_Minh",
};

const known = new Map<string, string | null>();

/**
 * The zone of the country of a number with a country code ("+" or "00"), when all clocks of that country show the same time; else
 * null.
 */
export function zoneOfNumber(phone: string): string | null {
  const international = phone
    .trim()
    .replace(/^\((?=\+|00)/, "")
    .replace(/^00/, "+");
  if (!international.startsWith("+")) return null;
  const country = parsePhoneNumberFromString(international.replace(")", ""))?.country;
  if (country === undefined) return null;
  if (!known.has(country)) known.set(country, oneClockOf(country));
  return known.get(country) ?? null;
}

function oneClockOf(country: string): string | null {
  const zones = zonesOf(country);
  const [first] = zones;
  if (first === undefined || new Set(zones.map(yearOf)).size > 1) return null;
  return RENAMED[first] ?? first;
}

/** The clock of a zone at twelve instants of one year: zones with equal clocks are one to a caller. */
function yearOf(zone: string): string {
  const clock = new Intl.DateTimeFormat("en", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
  return Array.from({ length: 12 }, (_, month) => clock.format(Date.UTC(2026, month, 15))).join();
}
