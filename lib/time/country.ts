import { getCountries } from "libphonenumber-js/max";

let countries: Map<string, string> | undefined;

/**
 * Zones that are named after a clock. The runtime takes each for one of the places that keep it, EST for Panama and CET for
 * Belgium; a number that was read as one of that country would ring a stranger.
 */
const OF_CLOCKS: Readonly<Record<string, string | null>> = {
  CET: null,
  EET: null,
  EST: "US",
  MET: null,
  WET: null,
};

/** The country of a zone, as an ISO 3166 code; null for UTC and other zones without a country. */
export function countryOfZone(zone: string): string | null {
  const named = OF_CLOCKS[zone.toUpperCase()];
  if (named !== undefined) return named;
  countries ??= new Map(getCountries().flatMap((code) => zonesOf(code).map((name) => [name, code])));
  return countries.get(zone) ?? countries.get(canonicalZone(zone)) ?? null;
}

/** The zones of a country, as the runtime knows them. */
export function zonesOf(country: string): readonly string[] {
  // TypeScript has no types for it yet.
  const locale = new Intl.Locale(`und-${country}`) as Intl.Locale & { getTimeZones: () => string[] | undefined };
  return locale.getTimeZones() ?? [];
}

/** The name of a zone that the runtime uses: Asia/Calcutta and Asia/Kolkata are one zone. An unknown zone keeps its name. */
export function canonicalZone(zone: string): string {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return zone;
  }
}
