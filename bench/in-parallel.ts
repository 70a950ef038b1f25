/** Runs work by this many clients, each with one piece under way. */
export async function inParallel(clients: number, pieces: number, work: () => Promise<unknown>): Promise<void> {
  let left = pieces;
  const client = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await work();
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
}
