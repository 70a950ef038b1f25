/**
 * Waits until all works have ended, and returns their results. It throws the error of one only then, so that no work goes on
 * unnoticed.
 */
export async function allDone<const T extends readonly unknown[]>(
  works: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(works);
  return Promise.all(works);
}
