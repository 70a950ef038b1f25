import { getCountries } from "libphonenumber-js/max";

let countries: Map<string, string> | undefined;

/** The country of a zone, as an ISO 3166 code; null for UTC and other zones without a country. */
export function countryOfZone(zone: string): string | null {
  countries ??= new Map(getCountries().flatMap((code) => zonesOf(code).map((name) => [name, code])));
  return countries.get(zone) ?? countries.get(canonical(zone)) ?? null;
}

/** The zones of a country, as the runtime knows them. */
export function zonesOf(country: string): readonly string[] {
  // TypeScript has no types for it yet.
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
