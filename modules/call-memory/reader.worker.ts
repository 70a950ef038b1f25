/** The program of the worker of `reader.ts`. */
import { claimsOf } from "./extract.ts";
import type { Asked, Told } from "./reader.ts";

addEventListener("message", ({ data: { id, unit } }: MessageEvent<Asked>) => {
  // A fault in one note ends its reading, not the worker.
  try {
    const claims = unit === null ? [] : claimsOf(unit);
    answer({ id, claims, files: [location.href, ...performance.getEntriesByType("resource").map(({ name }) => name)] });
  } catch (error) {
    answer({ id, fault: String(error) });
  }
});

function answer(told: Told): void {
  globalThis.postMessage(told);
}
