import { type CallbackAsk, LATE_AFTER_SECONDS } from "#client/callbacks";
import { changeAt } from "../_ui/address.ts";

/** The id of a row of the list; closing the story of a callback returns the focus to it. */
export function rowId(id: number): string {
  return `callback-${id}`;
}

/** The address with the story of a callback open. */
export function storyAddress(id: number): `/callbacks?id=${number}` {
  return `/callbacks?id=${id}`;
}

/** The chips above the list, each with the states it selects. Without one the list shows open callbacks. */
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

/** The address of the list with a chip selected, for a link from another screen. */
export function listAddress(show: Show): `/callbacks?show=${Show}` {
  return `/callbacks?show=${show}`;
}

const MINUTE_MS = 60_000;

/**
 * The filter in the address; `now` in milliseconds. Late callbacks are filtered by the minute, so that the query stays the same
 * in between.
 */
export function askedBy(address: URLSearchParams, now: number): CallbackAsk & { show: Show } {
  const { show, status } = SHOWS.find((one) => one.show === address.get("show")) ?? SHOWS[1];
  const day = new Date(now);
  const [begins, ends] = [0, 1].map((days) => new Date(day.getFullYear(), day.getMonth(), day.getDate() + days));
  const span = {
    late: { to: new Date(now - (now % MINUTE_MS) - LATE_AFTER_SECONDS * 1_000).toISOString() },
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

/** Goes to the address with these changes; null or "" removes a parameter. Searched names and numbers never appear in it. */
export function change(changes: Record<string, string | number | null>): void {
  changeAt("/callbacks", changes);
}

/** Opens the story of a callback, or closes it; the address names the open one, and Back returns. */
export function openStory(id: number | null): void {
  change({ id });
}
