/** The wallboard and its figures, from a browser. */
import { useQuery } from "@tanstack/react-query";
import { poll, queryOf } from "#lib/browser/api";
import { timed } from "#lib/browser/clock";
import type { Wallboard } from "./schema.ts";

export { TICK_LATE_AFTER_SECONDS } from "./rules.ts";
export type { Wallboard };

const VISIBLE_MS = 5_000;
const HIDDEN_MS = 60_000;

/**
 * The wallboard of today in the reader's zone, refetched every five seconds while the page is visible and every minute while it
 * is hidden. After a failed request the last good answer stays, beside the error, and the next request follows on time.
 */
export const useWallboard = () =>
  useQuery({
    queryKey: ["wallboard"],
    queryFn: () => {
      const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
      return timed(poll<Wallboard>(`/wallboard${queryOf({ timeZone })}`));
    },
    // The page is first rendered on the server, where there is no document.
    refetchInterval: () => (globalThis.document?.hidden ? HIDDEN_MS : VISIBLE_MS),
    refetchIntervalInBackground: true,
    networkMode: "always",
    retry: false,
  });
