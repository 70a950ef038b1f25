import type { MessageState } from "#client/messages";
import { STATES } from "./words.ts";

/** The state of a message, in a word with its colour. */
export function StateTag({ state }: { state: MessageState }) {
  const [word, colour] = STATES[state];
  return <span className={`tag whitespace-nowrap ${colour}`}>{word}</span>;
}
