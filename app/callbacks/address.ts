import type { CallbackAsk } from "#client/callbacks";
import { changeAt } from "../_ui/address.ts";

/** What leads to the story of a callback in the list; who closes the story comes back to it. */
export function rowId(id: number): string {
  return `callback-${id}`;
}

/** The address at which the story of a callback is open. */
export function storyAddress(id: number): `/callbacks?id=${number}` {
  return `/callbacks?id=${id}`;
}

/** What one can look at: the chips above the list, each with the states it takes. Without one it is what is open. */
export const SHOWS = [
  { show: "late", name: "Late", status: "pending,accepted" },
  { show: "open", name: "Open", status: "pending,accepted" },
  { show: "today", name: "Today", status: undefined },
  { show: "accepted", name: "Accepted", status: "accepted" },
  { show: "kept", name: "Kept", status: "completed" },
  { show: "not-reached", name: "Not reached", status: "failed" },
  { show: "cancelled", name: "Cancelled", status: "cancelled" },
  { show: "all", name: "All", status: undefined },
] as const;
export type Show = (typeof SHOWS)[number]["show"];

/** The list of these, for a link from another screen. */
export function listAddress(show: Show): `/callbacks?show=${Show}` {
  return `/callbacks?show=${show}`;
}

/** A promise is late five minutes after its time, on every screen. */
const LATE_AFTER_MS = 5 * 60_000;
const MINUTE_MS = 60_000;

/** The filter in the address; `now` in milliseconds. Late callbacks are asked for by the minute. */
export function askedBy(address: URLSearchParams, now: number): CallbackAsk & { show: Show } {
  const { show, status } = SHOWS.find((one) => one.show === address.get("show")) ?? SHOWS[1];
  const day = new Date(now);
  const [begins, ends] = [0, 1].map((days) => new Date(day.getFullYear(), day.getMonth(), day.getDate() + days));
  const span = {
    late: { to: new Date(now - (now % MINUTE_MS) - LATE_AFTER_MS).toISOString() },
    today: { from: begins!.toISOString(), to: ends!.toISOString() },
  };
  const [from, to, agent] = ["from", "to", "agent"].map((name) => address.get(name));
  return {
    show,
    order: address.get("order") === "newest" ? "newest" : "due",
    ...(status && { status }),
    ...(show in span && span[show as keyof typeof span]),
    ...(isInstant(from) && { from: from! }),
    ...(isInstant(to) && { to: to! }),
    ...(Number(agent) > 0 && { agentId: Number(agent) }),
  };
}

function isInstant(text: string | null | undefined): boolean {
  return !Number.isNaN(Date.parse(text ?? ""));
}

/** Goes to the address with these changed; null or "" takes one out. Names and numbers that are searched for never are in it. */
export function change(changes: Record<string, string | number | null>): void {
  changeAt("/callbacks", changes);
}

/** Opens the story of a callback, or closes it; the address says which one is open, and Back goes back. */
export function openStory(id: number | null): void {
  change({ id });
}
