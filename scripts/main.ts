/** Ends the process with `code`; `sentence`, if any, goes to standard error. */
export function endWith(code: number, sentence?: string): never {
  if (sentence) console.error(sentence);
  process.exit(code);
}

/** Runs a script. An error ends it with code 1 and the message of the error; DEBUG=1 adds the stack. */
export async function main(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    endWith(1, process.env.DEBUG ? String((error as Error).stack) : inWords(error));
  }
}

/** The message of an error, with those of its causes. */
export function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.message || (error as NodeJS.ErrnoException).code || error.name;
  const cause = error.cause ? `\n${inWords(error.cause)}` : "";
  return `${own}${cause}`;
}
