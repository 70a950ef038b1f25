import { getCountries } from "libphonenumber-js/max";

let countries: Map<string, string> | undefined;

/** The country a zone belongs to, as an ISO 3166 code; null for UTC and other zones of no country. */
export function countryOfZone(zone: string): string | null {
  countries ??= new Map(getCountries().flatMap((code) => zonesOf(code).map((name) => [name, code])));
  return countries.get(zone) ?? countries.get(canonical(zone)) ?? null;
}

/** The zones of a country, as the runtime knows them. */
export function zonesOf(country: string): readonly string[] {
  // The types of this version of TypeScript do not know it yet.
  const locale = new Intl.Locale(`und-${country}`) as Intl.Locale & { getTimeZones: () => string[] | undefined };
  return locale.getTimeZones() ?? [];
}

/** Asia/Calcutta and Asia/Kolkata are one zone. */
function canonical(zone: string): string {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return zone;
  }
}
