import type { Item } from "#client/runs";
import { faultText } from "../_ui/words.ts";

/** The colour of each state of an item. */
export const ITEM_COLOURS: Readonly<Record<string, string>> = {
  waiting: "quiet",
  running: "accepted",
  completed: "kept",
  failed: "late",
  cancelled: "quiet",
};

/** The state of an item as people read it: one that is under way does not wait. */
export function shownState({ state, waitingBecause }: Pick<Item, "state" | "waitingBecause">): string {
  return state === "waiting" && waitingBecause.some(({ code }) => code === "RUNNING") ? "running" : state;
}

/** The state of an item with the class of its end: "completed, refused", "failed, transient". A fault of an earlier attempt is not its end. */
export function itemText(state: string, what: string | null): string {
  if (what === null || ["cancelled", "running", "waiting", what].includes(state)) return state;
  return `${state}, ${faultText(what)}`;
}
