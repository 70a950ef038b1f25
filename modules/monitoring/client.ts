/** Whether the promises are kept, from a browser. */
import { useQuery } from "@tanstack/react-query";
import { poll, queryOf } from "#lib/browser/api";
import { timed } from "#lib/browser/clock";
import type { Wallboard } from "./schema.ts";

export { TICK_LATE_AFTER_SECONDS } from "./rules.ts";
export type { Wallboard };

const VISIBLE_MS = 5_000;
const HIDDEN_MS = 60_000;

/**
 * The wallboard of today in the reader's zone, asked for every five seconds while the page is seen and every minute
 * while it is not. A failed answer leaves the last good one in its place, beside the error; the next is asked for on time.
 */
export const useWallboard = () =>
  useQuery({
    queryKey: ["wallboard"],
    queryFn: () => {
      const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
      return timed(poll<Wallboard>(`/wallboard${queryOf({ timeZone })}`));
    },
    // The page is drawn on the server first, where there is no document.
    refetchInterval: () => (globalThis.document?.hidden ? HIDDEN_MS : VISIBLE_MS),
    refetchIntervalInBackground: true,
    networkMode: "always",
    retry: false,
  });
