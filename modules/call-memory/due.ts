import { instantOf } from "#lib/time/zone";
import type { Claim } from "./schema.ts";

/** The instant at which a promise falls due; for a day without an hour, the end of the day on the person's clock. */
export function instantOfDue(claim: Pick<Claim, "due" | "zone" | "at">): Date {
  if (!claim.due) return new Date(claim.at);
  const { local } = claim.due;
  return instantOf(local.length === 10 ? `${local}T23:59:00` : `${local}:00`, claim.zone);
}

const DAY_FORMAT = new Intl.DateTimeFormat("en-GB", {
  weekday: "long",
  day: "numeric",
  month: "long",
  timeZone: "UTC",
});

/** "Thursday 5 March, 15:00", or only the day; with "after" and "by" where the note has them. */
export function dueWords(due: NonNullable<Claim["due"]>): string {
  const day = DAY_FORMAT.format(new Date(`${due.local.slice(0, 10)}T12:00:00Z`)).replace(",", "");
  const hour = due.local.slice(11);
  if (due.bound === "before") return hour ? `by ${day}, ${hour}` : `by ${day}`;
  if (due.bound === "after") return hour ? `on ${day}, after ${hour}` : `after ${day}`;
  return hour ? `on ${day}, ${hour}` : `on ${day}`;
}

/** The words of a note in quotation marks, without the stop at their end. */
export function quoted({ text }: Pick<Claim, "text">): string {
  return `“${text.replace(/[\s.,;:]+$/, "")}”`;
}
