/** The colour beside how an item stands. */
export const ITEM_COLOURS: Readonly<Record<string, string>> = {
  waiting: "quiet",
  completed: "kept",
  failed: "late",
  cancelled: "quiet",
};

/** How an item stands, and of what kind that is: "completed, refused", "failed, transient". */
export function itemText(state: string, what: string | null): string {
  if (what === null || state === "cancelled" || what === state) return state;
  return `${state}, ${what.replaceAll("_", " ")}`;
}
