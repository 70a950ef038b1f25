/** The program of the worker of `reader.ts`. */
import { claimsOf } from "./extract.ts";
import type { ReadRequest, ReadReply } from "./reader.ts";

addEventListener("message", ({ data: { id, unit } }: MessageEvent<ReadRequest>) => {
  // A fault in one note ends its reading, not the worker.
  try {
    const claims = unit === null ? [] : claimsOf(unit);
    answer({ id, claims, files: [location.href, ...performance.getEntriesByType("resource").map(({ name }) => name)] });
  } catch (error) {
    answer({ id, fault: String(error) });
  }
});

function answer(reply: ReadReply): void {
  globalThis.postMessage(reply);
}
