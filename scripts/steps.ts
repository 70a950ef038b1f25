const TURN = ["-", "\\", "|", "/"];

/**
 * Runs one step of a longer work and shows its progress: its name, every few seconds the time it has taken, and at its end the
 * total. A terminal shows a spinner on one line, a file gets lines.
 */
export async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  const elapsed = () => `${((performance.now() - begun) / 1000).toFixed(1)} s`;
  const isTerminal = process.stdout.isTTY === true;
  let turns = 0;
  if (!isTerminal) console.log(`${name} ...`);
  const show = () => {
    turns += 1;
    if (isTerminal) process.stdout.write(`\r\x1b[2K${TURN[turns % TURN.length]} ${name} ... ${elapsed()}`);
    else console.log(`${name}: still running after ${elapsed()}`);
  };
  const timer = setInterval(show, isTerminal ? 120 : 3_000);
  const clear = () => {
    clearInterval(timer);
    if (isTerminal) process.stdout.write("\r\x1b[2K");
  };
  try {
    const result = await work();
    clear();
    console.log(`${name}: done in ${elapsed()}`);
    return result;
  } catch (error) {
    clear();
    console.log(`${name}: failed after ${elapsed()}`);
    throw error;
  }
}
