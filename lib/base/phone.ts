import { type CountryCode, getCountries, parsePhoneNumberFromString } from "libphonenumber-js/max";
import { countryOfZone } from "#lib/time/country";

/** Whether numbers of this country can be read; `code` is an ISO 3166 code. */
export function isCountry(code: string): boolean {
  return getCountries().some((country) => country === code);
}

/** The country in whose way a person's number is written: the one that is named, else that of the zone, else null. */
export function dialledFrom(
  { country, timeZone }: { country?: string | undefined; timeZone?: string | undefined },
  fallback: string | null,
): string | null {
  return country ?? (timeZone === undefined ? null : countryOfZone(timeZone)) ?? fallback;
}

/**
 * The dialled form of a written telephone number: E.164, with the extension as in a `tel:` address (`+442079460001;ext=12`). Null
 * for a text that is no number, or that needs a country when none is known. A number that is not assigned yet is valid: countries
 * assign faster than lists are updated.
 */
export function readNumber(given: string, country: string | null): string | null {
  // Copied out of a list of contacts a number often carries marks for the direction of writing, which nobody sees. Some write (+44).
  const text = given
    .normalize("NFKC")
    .replace(/\p{Cf}/gu, "")
    .trim()
    // Spreadsheets mark a text as one: '+44 ..., or ="+44 ...".
    .replace(/^=?"(.*)"$|^'/, "$1")
    // Exports of address books write numbers as addresses.
    .replace(/^tel:\s*/i, "")
    .replace(/^\(\s*(\+\d{1,3})\s*\)/, "$1 ");
  const found = read(text, country) ?? (/^\(?00/.test(text) ? read(text.replace(/00/, "+"), null) : null);
  return found === null ? null : `${found.number}${found.ext ? `;ext=${found.ext}` : ""}`;
}

/** A number as people read it, "+44 20 7946 0114 ext. 12"; null for null. */
export function spacedNumber(number: string | null): string | null {
  if (number === null) return null;
  const [line = "", extension] = number.split(";ext=");
  const spaced = parsePhoneNumberFromString(line)?.formatInternational() ?? line;
  return extension === undefined ? spaced : `${spaced} ext. ${extension}`;
}

/** A number or an e-mail address as people read it; null for null. */
export function spacedAddress(address: string | null): string | null {
  return address?.includes("@") ? address : spacedNumber(address);
}

function read(text: string, country: string | null): { number: string; ext?: string } | null {
  const options = { extract: false, ...(country === null ? {} : { defaultCountry: country as CountryCode }) };
  const found = parsePhoneNumberFromString(text, options);
  if (!found?.isPossible()) return null;
  return { number: found.number, ...(found.ext === undefined ? {} : { ext: found.ext }) };
}

/** Codes of numbers for calls to a service in the whole world, free or at shared cost: none of them is a telephone that takes texts. */
const OF_SERVICES: readonly string[] = ["800", "808"];

/**
 * The number to or from which a text can be sent, in E.164; null for an invalid one: letters (which would become digits), an
 * extension, a short code, a number at premium rate, or a number that no network assigns. Without a country code it is read as a
 * number of `country`.
 */
export function readTextNumber(given: string, country: string | null): string | null {
  if (/\p{L}/u.test(given)) return null;
  const number = readNumber(given, country);
  if (number === null || number.includes(";")) return null;
  const line = parsePhoneNumberFromString(number);
  if (!line?.isValid() || line.getType() === "PREMIUM_RATE" || OF_SERVICES.includes(line.countryCallingCode))
    return null;
  return number;
}
