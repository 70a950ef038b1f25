/** What all of these return, once the last of them has ended. An error of one is thrown only then, so that none goes on unseen. */
export async function allDone<const T extends readonly unknown[]>(
  works: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(works);
  return Promise.all(works);
}
