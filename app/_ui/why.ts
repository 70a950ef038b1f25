import { type RoutingReason, sentenceOf } from "#client/callbacks";
import { clockAt } from "./time.ts";

/**
 * The reason on the reader's clock, with "you" for the agent named `reader`. A reason without data, from another source than
 * routing or from long ago, is shown as its text.
 */
export function whyWords(why: string, reason: RoutingReason | null, reader: string | null = null): string {
  return reason ? sentenceOf(reason, (at) => clockAt(at), reader) : why;
}
