/**
 * The hooks of the files in this folder. Test files that share a process load these files once, so that a hook of vitest's own
 * would belong to the first test file alone; a setup file registers these for each file.
 */
type Work = () => unknown;

const before: Work[] = [];
const after: Work[] = [];
const ends: Work[] = [];

/** Runs `work` before every test of every file of this process, before the hooks of the test file itself. */
export const beforeEveryTest = (work: Work): void => void before.push(work);
/** Runs `work` after every test of every file of this process, after the hooks of the test file itself. */
export const afterEveryTest = (work: Work): void => void after.push(work);
/** Runs `work` when a test file has ended. */
export const afterEveryFile = (work: Work): void => void ends.push(work);

export const runBefore = (): Promise<void> => inOrder(before);
export const runAfter = (): Promise<void> => inOrder(after);
export const runEnds = (): Promise<void> => inOrder(ends);

async function inOrder(works: readonly Work[]): Promise<void> {
  for (const work of works) await work();
}
