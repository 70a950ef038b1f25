/** The schemes that a link on the desk may have; another one could run code in the browser. */
const SCHEMES = ["tel:", "sip:", "callto:", "https:"];

/** Whether `template` is an address with such a scheme that contains `{number}`. */
export function isDialLink(template: string): boolean {
  return SCHEMES.some((scheme) => template.startsWith(scheme)) && template.includes("{number}") && !/\s/.test(template);
}

/**
 * The address that dials exactly this number (E.164, perhaps with `;ext=`), or null for an invalid number. In a `tel:` address
 * `{number}` includes the extension; in others the extension replaces `{extension}`.
 */
export function dialLink(template: string, number: string | null): string | null {
  if (number === null) return null;
  const [line = "", extension = ""] = number.split(";ext=");
  if (template.startsWith("tel:")) return template.replace("{number}", () => number);
  return template.replaceAll("{number}", encodeOf(template, line)).replaceAll("{extension}", extension);
}

function encodeOf(template: string, line: string): string {
  return template.startsWith("https:") ? encodeURIComponent(line) : line;
}
