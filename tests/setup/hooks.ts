/**
 * What the files of this folder do around every test. Test files that share a process load these files once, so a hook
 * of vitest's own would be of the first test file alone; a setup file hands these on to each.
 */
type Work = () => unknown;

const before: Work[] = [];
const after: Work[] = [];
const ends: Work[] = [];

/** Runs `work` before every test of every file of this process, earlier than what the test file itself does before it. */
export const beforeEveryTest = (work: Work): void => void before.push(work);
/** Runs `work` after every test of every file of this process, later than what the test file itself does after it. */
export const afterEveryTest = (work: Work): void => void after.push(work);
/** Runs `work` when a test file has ended. */
export const afterEveryFile = (work: Work): void => void ends.push(work);

export const runBefore = (): Promise<void> => inOrder(before);
export const runAfter = (): Promise<void> => inOrder(after);
export const runEnds = (): Promise<void> => inOrder(ends);

async function inOrder(works: readonly Work[]): Promise<void> {
  for (const work of works) await work();
}
