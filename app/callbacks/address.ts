import { goTo } from "../_ui/address.ts";

/** What leads to the story of a callback in the list; who closes the story comes back to it. */
export function rowId(id: number): string {
  return `callback-${id}`;
}

/** The address at which the story of a callback is open. */
export function storyAddress(id: number): `/callbacks?id=${number}` {
  return `/callbacks?id=${id}`;
}

/** Opens the story of a callback, or closes it; the address says which one is open, and Back goes back. */
export function openStory(id: number | null): void {
  goTo(id === null ? "/callbacks" : storyAddress(id));
}
