import type { Db } from "#lib/database/db";

type Call<I, O> = { input: I; resolve: (output: O) => void; reject: (error: unknown) => void };
type Group<I, O> = { waiting: Call<I, O>[]; isUnderWay: boolean };

/** The maximum number of calls that share one statement. */
const MAX = 32;

/**
 * Calls on one handle share a statement or a transaction: those of one turn of the event loop, and those made while another is
 * under way, which share the next. `run` answers its inputs in their order, with the context of the first call. When it throws for
 * several inputs, each is run alone, so that none suffers from another. For work that seldom waits for a lock: the next calls wait
 * for it.
 */
export function together<C extends { db: Db }, I, O>(
  run: (ctx: C, inputs: readonly I[]) => Promise<readonly O[]>,
): (ctx: C, input: I) => Promise<O> {
  const groups = new WeakMap<Db, Group<I, O>>();
  return (ctx, input) => {
    const group = groups.get(ctx.db) ?? { waiting: [], isUnderWay: false };
    groups.set(ctx.db, group);
    return new Promise((resolve, reject) => {
      group.waiting.push({ input, resolve, reject });
      if (!group.isUnderWay) void runAll(group, (inputs) => run(ctx, inputs));
    });
  };
}

/** Runs one statement after the other until no call waits; never throws. */
async function runAll<I, O>(group: Group<I, O>, run: (inputs: readonly I[]) => Promise<readonly O[]>): Promise<void> {
  group.isUnderWay = true;
  while (group.waiting.length > 0) {
    // Calls of the same moment join.
    await new Promise(setImmediate);
    const calls = group.waiting.splice(0, MAX);
    await answer(calls, run).catch(async (error: unknown) => {
      if (calls.length === 1) return calls[0]!.reject(error);
      for (const one of calls) await answer([one], run).catch(one.reject);
    });
  }
  group.isUnderWay = false;
}

async function answer<I, O>(
  calls: readonly Call<I, O>[],
  run: (inputs: readonly I[]) => Promise<readonly O[]>,
): Promise<void> {
  const outputs = await run(calls.map(({ input }) => input));
  for (const [place, { resolve }] of calls.entries()) resolve(outputs[place]!);
}
