import { type RoutingReason, sentenceOf } from "#client/callbacks";
import { serverNow } from "#lib/browser/clock";
import { clockAt, inTimesOfReader } from "./time.ts";

/**
 * The reason on the reader's clock, with "you" for the agent named `reader`. A reason without data, from another source than
 * routing or from long ago, is shown as its text, with the times in it on that clock.
 */
export function whyWords(why: string, reason: RoutingReason | null, reader: string | null = null): string {
  if (reason) return sentenceOf(reason, (at) => clockAt(at), reader);
  return inTimesOfReader(why, serverNow());
}
