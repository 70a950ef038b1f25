/** What routes leave for after their answer. Next runs it then; here a test says when. */
import { beforeEveryTest } from "./hooks.ts";

let left: (() => Promise<unknown>)[] = [];

beforeEveryTest(() => {
  left = [];
});

export const leaveForLater = (work: () => Promise<unknown>): void => void left.push(work);

/** Does what routes left for after their answer. */
export async function runAfterAnswer(): Promise<void> {
  for (let work = left.shift(); work; work = left.shift()) await work();
}
