/** The polling interval of a visible page; a hidden page does not poll. */
const PACE_MS = 2_000;

/** The options that keep a query up to date, unless the reader holds the list. */
export const live = (isHeld: boolean) =>
  ({ refetchInterval: isHeld ? false : PACE_MS, networkMode: "always" }) as const;

/** Longer than this no list waits, however many of its pages are shown. */
const SLOWEST_MS = 30_000;

/** The same for a list that is read page after page: each page is a request, so that a list of many is read again less often. */
export const liveList = (isHeld: boolean, paceMs = PACE_MS) =>
  ({
    refetchInterval: ({ state }: { state: { data: { pages: readonly unknown[] } | undefined } }) =>
      !isHeld && Math.min(paceMs * (state.data?.pages.length || 1), SLOWEST_MS),
    networkMode: "always",
  }) as const;
