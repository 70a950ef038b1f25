/** Opens the story of a callback, or closes it; the address says which one is open, and Back goes back. */
export function openStory(id: number | null): void {
  history.pushState(null, "", id === null ? "/callbacks" : `/callbacks?id=${id}`);
}
