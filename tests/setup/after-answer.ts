/** The work that routes leave for after their answer. Next runs it then; here a test decides when. */
import { beforeEveryTest } from "./hooks.ts";

let left: (() => Promise<unknown>)[] = [];

beforeEveryTest(() => {
  left = [];
});

export const leaveForLater = (work: () => Promise<unknown>): void => void left.push(work);

/** Runs the work that routes left for after their answer. */
export async function runAfterAnswer(): Promise<void> {
  for (let work = left.shift(); work; work = left.shift()) await work();
}
