import type { CallbackAsk, Order } from "#client/callbacks";
import { changeAt } from "../_ui/address.ts";

/** The id of a row of the list; closing the story of a callback returns the focus to it. */
export function rowId(id: number): string {
  return `callback-${id}`;
}

/** The address with the story of a callback open. */
export function storyAddress(id: number): `/callbacks?id=${number}` {
  return `/callbacks?id=${id}`;
}

/** The chips above the list, each with what it selects. Without one the list shows open callbacks. */
export const SHOWS = [
  { show: "late", name: "Late", asked: { only: "late" } },
  { show: "due", name: "Due", asked: { only: "due" } },
  { show: "open", name: "Open", asked: { status: "pending,accepted" } },
  { show: "today", name: "Today", asked: {} },
  { show: "no-agent", name: "No agent", asked: { only: "unassigned" } },
  { show: "accepted", name: "Accepted", asked: { status: "accepted" } },
  { show: "kept", name: "Kept", asked: { status: "completed" } },
  { show: "not-reached", name: "Not reached", asked: { status: "failed" } },
  { show: "cancelled", name: "Cancelled", asked: { status: "cancelled" } },
  { show: "all", name: "All", asked: {} },
] as const satisfies readonly { show: string; name: string; asked: CallbackAsk }[];
export type Show = (typeof SHOWS)[number]["show"];
const OPEN = SHOWS[2];

/** Chips whose lists do not grow without end: each has a figure, and can be sorted by every column. */
export const COUNTED = {
  late: "late",
  due: "due",
  open: "open",
  today: "inSpan",
  "no-agent": "unassigned",
  accepted: "accepted",
} as const satisfies Partial<Record<Show, string>>;

const SORTED: readonly Order[] = ["customer", "agent", "state"];
const ORDERS: readonly Order[] = ["newest", "latest", ...SORTED];

/** The reader's day, from midnight to midnight, as instants; `now` in milliseconds. */
export function dayOf(now: number): { from: string; to: string } {
  const day = new Date(now);
  const [from, to] = [0, 1].map((days) => new Date(day.getFullYear(), day.getMonth(), day.getDate() + days));
  return { from: from!.toISOString(), to: to!.toISOString() };
}

/** The address of the list with a chip selected, for a link from another screen. */
export function listAddress(show: Show): `/callbacks?show=${Show}` {
  return `/callbacks?show=${show}`;
}

/** The address of the list with all that is with an agent, for a link from another screen. */
export function agentAddress(agentId: number): `/callbacks?agent=${number}` {
  return `/callbacks?agent=${agentId}`;
}

/** The filter in the address; `now` in milliseconds. */
export function askedBy(address: URLSearchParams, now: number): CallbackAsk & { show: Show } {
  const { show, asked } = SHOWS.find((one) => one.show === address.get("show")) ?? OPEN;
  const [from, to, agent] = ["from", "to", "agent"].map((name) => address.get(name));
  return {
    show,
    order: ORDERS.find((one) => one === address.get("order") && (show in COUNTED || !SORTED.includes(one))) ?? "due",
    ...asked,
    ...(show === "today" && dayOf(now)),
    ...(isInstant(from) && { from: from! }),
    ...(isInstant(to) && { to: to! }),
    ...(Number(agent) > 0 && { agentId: Number(agent) }),
  };
}

const EMPTY: Readonly<Record<string, string>> = {
  late: "Nothing is late.",
  due: "Nothing is due at this moment.",
  unassigned: "Everything in the queue has an agent.",
  accepted: "Nobody has accepted a callback.",
  "pending,accepted":
    "Nothing is open. Promise a call with New callback; those of other systems come here by themselves.",
};

/** The text of a supervisor's list without rows: its meaning, or what to do. */
export function emptyText({ order: _, status, only, ...narrowed }: CallbackAsk): string {
  const isNarrowed = Object.values(narrowed).some((value) => value !== undefined);
  return (!isNarrowed && EMPTY[only ?? status ?? ""]) || "No callbacks match. Clear the filters.";
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
