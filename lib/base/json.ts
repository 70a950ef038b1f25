/** Renders JSON for answers: a bigint as a string of digits, a Date as ISO 8601. */
export function renderJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === "bigint" ? String(part) : part));
}
