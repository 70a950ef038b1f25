import { type CountryCode, getCountries, parsePhoneNumberFromString } from "libphonenumber-js/max";
import { countryOfZone } from "#lib/time/country";

/** The countries whose numbers can be read, as ISO 3166 codes. */
export function isCountry(code: string): boolean {
  return getCountries().some((country) => country === code);
}

/** The country whose way of dialling a person's number is written in: the one that is named, that of the zone, or none. */
export function dialledFrom(
  { country, timeZone }: { country?: string | undefined; timeZone?: string | undefined },
  fallback: string | null,
): string | null {
  return country ?? (timeZone === undefined ? null : countryOfZone(timeZone)) ?? fallback;
}

/**
 * What a written telephone number dials: E.164, and the extension after it as in a `tel:` address
 * (`+442079460001;ext=12`). Null for what is no number, or no number without a country nobody knows. A number that is
 * not assigned to anybody yet is one all the same: countries assign faster than lists are brought up to date.
 */
export function readNumber(given: string, country: string | null): string | null {
  // Copied out of a list of contacts a number often carries marks for the direction of writing, which nobody sees.
  const text = given
    .normalize("NFKC")
    .replace(/\p{Cf}/gu, "")
    .trim();
  const found = read(text, country) ?? (/^\(?00/.test(text) ? read(text.replace(/00/, "+"), null) : null);
  return found === null ? null : `${found.number}${found.ext ? `;ext=${found.ext}` : ""}`;
}

/** A number as people read it, "+44 20 7946 0114 ext. 12"; null for none. */
export function spacedNumber(number: string | null): string | null {
  if (number === null) return null;
  const [line = "", extension] = number.split(";ext=");
  const spaced = parsePhoneNumberFromString(line)?.formatInternational() ?? line;
  return extension === undefined ? spaced : `${spaced} ext. ${extension}`;
}

function read(text: string, country: string | null): { number: string; ext?: string } | null {
  const options = { extract: false, ...(country === null ? {} : { defaultCountry: country as CountryCode }) };
  const found = parsePhoneNumberFromString(text, options);
  if (!found?.isPossible()) return null;
  return { number: found.number, ...(found.ext === undefined ? {} : { ext: found.ext }) };
}

/**
 * The number that a text can be sent to or by, in E.164; null for what is none: letters (they would become digits), an extension, a
 * short code, a number that no network gives out. Without a country code of its own it is read as one of `country`.
 */
export function readTextNumber(given: string, country: string | null): string | null {
  if (/\p{L}/u.test(given)) return null;
  const number = readNumber(given, country);
  return number !== null && parsePhoneNumberFromString(number)?.isValid() && !number.includes(";") ? number : null;
}
