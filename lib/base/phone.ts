import { type CountryCode, getCountries, parseDigits, parsePhoneNumberFromString } from "libphonenumber-js/max";
import { countryOfZone } from "#lib/time/country";

/** The ISO 3166 code of a country whose numbers can be read, however its letters are written; null for another text. */
export function countryCode(written: string): string | null {
  const code = written.trim().toUpperCase();
  // Reserved for the United Kingdom, and written more often than its code.
  if (code === "UK") return "GB";
  return getCountries().find((country) => country === code) ?? null;
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
    .replace(/^\(\s*(\+\d{1,3})\s*\)/, "$1 ")
    .replace(EXTENSION, "ext.");
  const found = read(text, country) ?? (/^\(?00/.test(text) ? read(text.replace(/00/, "+"), null) : null);
  return found === null ? null : `${found.number}${found.ext ? `;ext=${found.ext}` : ""}`;
}

/** The number, if the text names it when it is read in the country of the number; else null. */
export function readAgain(given: string, number: string): string | null {
  const country = parsePhoneNumberFromString(number.split(";")[0]!)?.country ?? null;
  return readNumber(given, country) === number ? number : null;
}

/** The text with wide, Arabic and other digits as 0 to 9, as keyboards of other scripts write them. */
export function withPlainDigits(text: string): string {
  return text.normalize("NFKC").replace(/\p{Nd}/gu, (digit) => parseDigits(digit) || digit);
}

/**
 * A written number in the digits, dashes and spaces of a plain keyboard, without what only wraps it: a scheme, the mark that a
 * spreadsheet puts before a text, and characters that nobody sees.
 */
export function plainNumber(given: string): string {
  return withPlainDigits(given)
    .replace(/\p{Cf}/gu, "")
    .replace(/[\p{Pd}\u2212]/gu, "-")
    .replace(/\p{Zs}/gu, " ")
    .trim()
    .replace(/^=?"(.*)"$|^'/, "$1")
    .replace(/^tel:\s*/i, "");
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

/**
 * One digit over and over, as forms that require a number are filled in: thousands of people would share that line. Some are
 * numbers, +47 22 22 22 22.
 */
const FILLER = /^(\d)\1*$/;

/** How people write "extension" in other languages, beside the words that the library knows. */
const EXTENSION = /\b(?:durchwahl|nebenstelle|poste|interno|ramal|toestel|anknytning)\b[.:]?(?=\s*\d)/iu;

/** A written number without its extension, however that is introduced: "ext. 12", ";ext=12", "x12", "Durchwahl 12". */
export function withoutExtension(text: string): string {
  return text
    .replace(EXTENSION, "ext.")
    .replace(/(?<=\d[\s)]*)[;,]?\s*(?:ext(?:ension|n)?|x|#)[.:=]?\s*\d{1,9}\s*$/i, "");
}

function read(text: string, country: string | null): { number: string; ext?: string } | null {
  const options = { extract: false, ...(country === null ? {} : { defaultCountry: country as CountryCode }) };
  const found = parsePhoneNumberFromString(text, options);
  if (!found?.isPossible() || (FILLER.test(found.nationalNumber) && !found.isValid())) return null;
  return { number: found.number, ...(found.ext === undefined ? {} : { ext: found.ext }) };
}

/**
 * Codes of numbers for calls to a service in the whole world, free or at shared cost: none of them is a telephone that takes texts.
 */
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
