import { type RoutingReason, sentenceOf } from "#client/callbacks";
import { clockAt } from "./time.ts";

/**
 * Why something is where it is, on the reader's clock, and with "you" for the agent of the name `reader`. What was not decided by
 * routing, or long ago, is a text and is shown as it is.
 */
export function whyWords(why: string, reason: RoutingReason | null, reader: string | null = null): string {
  return reason ? sentenceOf(reason, (at) => clockAt(at), reader) : why;
}
