const HTTP_DATE = /^[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT$/;
/** A header cannot ask for a longer wait than this. */
const MAX_SECONDS = 3_600;

/**
 * The seconds of a Retry-After in both of its forms, seconds and an HTTP date, between 0 and an hour; undefined for other text. A
 * date is compared with `now`.
 */
export function retryAfterSeconds(header: string | null | undefined, now: Date): number | undefined {
  const text = header?.trim() ?? "";
  const at = /^[0-9]+$/.test(text)
    ? Number(text) * 1_000
    : HTTP_DATE.test(text)
      ? Date.parse(text) - now.getTime()
      : NaN;
  if (Number.isNaN(at)) return undefined;
  return Math.ceil(Math.min(Math.max(at / 1_000, 0), MAX_SECONDS));
}
