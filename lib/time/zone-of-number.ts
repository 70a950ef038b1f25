import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import { countryOfZone, zonesOf } from "#lib/time/country";

/** Present names of zones for which the runtime still returns older ones. */
const RENAMED: Readonly<Record<string, string>> = {
  "Asia/Calcutta": "Asia/Kolkata",
  "Asia/Katmandu": "Asia/Kathmandu",
  "Asia/Saigon": "Asia/Ho_Chi_Minh",
};

/** Where most people of a country with several clocks live. */
const MAIN_ZONES: Readonly<Record<string, string>> = {
  AU: "Australia/Sydney",
  BR: "America/Sao_Paulo",
  CA: "America/Toronto",
  CD: "Africa/Kinshasa",
  CL: "America/Santiago",
  CN: "Asia/Shanghai",
  EC: "America/Guayaquil",
  ES: "Europe/Madrid",
  ID: "Asia/Jakarta",
  MN: "Asia/Ulaanbaatar",
  MX: "America/Mexico_City",
  NZ: "Pacific/Auckland",
  PF: "Pacific/Tahiti",
  PG: "Pacific/Port_Moresby",
  PT: "Europe/Lisbon",
  RU: "Europe/Moscow",
  UA: "Europe/Kyiv",
  US: "America/Chicago",
};

const known = new Map<string, string | null>();

/**
 * The zone of the country of a number with a country code ("+" or "00"), when all clocks of that country show the same time; else
 * null.
 */
export function zoneOfNumber(phone: string): string | null {
  const country = countryOfNumber(phone);
  if (country === null) return null;
  if (!known.has(country)) known.set(country, oneClockOf(country));
  return known.get(country) ?? null;
}

/**
 * The zone to use for a number while nobody has said one: that of its country; in a country with several clocks the zone of the
 * desk, if it is there, else the one in which most people live; and the zone of the desk for a number whose country is not known.
 */
export function zoneGuessOf(phone: string, deskTimeZone: string): string {
  const country = countryOfNumber(phone);
  if (country === null || countryOfZone(deskTimeZone) === country) return zoneOfNumber(phone) ?? deskTimeZone;
  return zoneOfNumber(phone) ?? MAIN_ZONES[country] ?? deskTimeZone;
}

function countryOfNumber(phone: string): string | null {
  const international = phone
    .trim()
    .replace(/^tel:/i, "")
    .replace(/^\((?=\+|00)/, "")
    .replace(/^00/, "+");
  if (!international.startsWith("+")) return null;
  return parsePhoneNumberFromString(international.replace(")", ""))?.country ?? null;
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
