import { counted } from "../_ui/words.ts";

/** Times and shares in words, in the reader's own zone. */

const clock = (at: string | number, seconds = false) =>
  new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    ...(seconds && { second: "2-digit" }),
    hourCycle: "h23",
  }).format(new Date(at));

/** 14:30 */
export const hourOf = (at: string | number) => clock(at);
/** 14:30:22 */
export const secondOf = (at: string | number) => clock(at, true);
/** Monday 2 March */
export const dayOf = (at: number) =>
  new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" }).format(new Date(at));
/** 42 s, 6 min, 2 h, 3 days */
export function roughly(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h`;
  return counted(Math.floor(seconds / 86_400), "day");
}

/** 96.4 % */
export function percent(value: number): string {
  return `${value} %`;
}
