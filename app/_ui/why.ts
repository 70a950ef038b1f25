import { type RoutingReason, sentenceOf } from "#client/callbacks";
import { clockAt } from "./time.ts";

/** Why something is where it is, on the reader's clock. What was not decided by routing, or long ago, is a text. */
export function whyWords(why: string, reason: RoutingReason | null): string {
  return reason ? sentenceOf(reason, (at) => clockAt(at)) : why;
}
