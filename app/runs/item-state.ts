/** The colour of each state of an item. */
export const ITEM_COLOURS: Readonly<Record<string, string>> = {
  waiting: "quiet",
  completed: "kept",
  failed: "late",
  cancelled: "quiet",
};

/** The state of an item with its class: "completed, refused", "failed, transient". */
export function itemText(state: string, what: string | null): string {
  if (what === null || state === "cancelled" || what === state) return state;
  return `${state}, ${what.replaceAll("_", " ")}`;
}
