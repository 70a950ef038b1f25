import { casual } from "chrono-node/en";

/**
 * The wall-clock time that words such as "tomorrow 3pm" or "in two hours" mean to somebody whose clock reads `local`
 * (as `2026-03-02T09:00:00`), in the same form; null when they name no time. What names a day without an hour, or has
 * passed today, is the next that comes. English only.
 */
export function spokenTime(text: string, local: string): string | null {
  // Read as if that clock were UTC: the library then cannot mix in the zone of this machine.
  const [found] = casual.parse(text, { instant: new Date(`${local}Z`), timezone: 0 }, { forwardDate: true });
  if (!found) return null;
  return found.start.date().toISOString().slice(0, 19);
}
