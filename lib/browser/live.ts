/** The polling interval of a visible page; a hidden page does not poll. */
const PACE_MS = 2_000;

/** The options that keep a query up to date, unless the reader holds the list. */
export const live = (isHeld: boolean) =>
  ({ refetchInterval: isHeld ? false : PACE_MS, networkMode: "always" }) as const;
