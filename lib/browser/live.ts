/** A browser reads again at this pace while the page is seen, and not at all while it is hidden. */
const PACE_MS = 2_000;

/** What keeps a query up to date, unless the reader holds what is shown. */
export const live = (isHeld: boolean) =>
  ({ refetchInterval: isHeld ? false : PACE_MS, networkMode: "always" }) as const;
