import { pause } from "#lib/time/clock";

type Options<I, O> = Readonly<{
  alone: (input: I) => Promise<O>;
  /** No two inputs with the same key are in one batch. */
  keyOf: (input: I) => string;
  /**
   * Executes several inputs, given in the order of their keys. Undefined where it did nothing: that input is then executed alone.
   */
  together: (inputs: readonly I[]) => Promise<readonly (O | undefined)[]>;
  /** Whether an error of `together` means that nothing was written; then each input is executed alone. */
  wasUndone: (error: unknown) => boolean;
}>;

type Call<I, O> = { input: I; resolve: (output: O) => void; reject: (error: unknown) => void };

const LANES = 2;
const MAX = 20;
/** In milliseconds. A slower call, such as one that waits for a lock, holds up no other one. */
const SLOW = 25;

/**
 * Group commit: calls that arrive while others are in flight share one statement and one commit. A single caller is never
 * delayed. Each caller gets its own answer or error. For writes that may wait for a lock of another request: a slow call leaves its
 * lane to the next ones. `together` is simpler, for work that seldom waits.
 */
export function inBatches<I, O>({ alone, keyOf, together, wasUndone }: Options<I, O>): (input: I) => Promise<O> {
  let waiting: Call<I, O>[] = [];
  let lanes = 0;

  const answerAlone = ({ input, resolve, reject }: Call<I, O>) => alone(input).then(resolve, reject);

  async function answer(calls: readonly Call<I, O>[]): Promise<void> {
    if (calls.length === 1) return answerAlone(calls[0]!);
    try {
      const outputs = await together(calls.map(({ input }) => input));
      for (const [i, call] of calls.entries()) {
        const output = outputs[i];
        if (output === undefined) void answerAlone(call);
        else call.resolve(output);
      }
    } catch (error) {
      for (const call of calls) {
        if (wasUndone(error)) void answerAlone(call);
        else call.reject(error);
      }
    }
  }

  function next(): Call<I, O>[] {
    const byKey = new Map<string, Call<I, O>>();
    for (const call of waiting) {
      const key = keyOf(call.input);
      if (byKey.size < MAX && !byKey.has(key)) byKey.set(key, call);
    }
    const chosen = new Set(byKey.values());
    waiting = waiting.filter((call) => !chosen.has(call));
    return [...byKey].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, call]) => call);
  }

  function start(): void {
    while (lanes < LANES && waiting.length > 0) {
      lanes += 1;
      void Promise.race([answer(next()), pause(SLOW)]).then(() => {
        lanes -= 1;
        start();
      });
    }
  }

  return (input) =>
    new Promise((resolve, reject) => {
      waiting.push({ input, resolve, reject });
      // Calls of the same turn of the event loop join this batch.
      queueMicrotask(start);
    });
}
