import DataLoader from "dataloader";
import type { Ctx } from "#lib/http/graphql";
import {
  analysesOf,
  analysesWaitingOf,
  countProgress,
  definitionsById,
  failureGroupsOf,
  itemsById,
  itemsOf,
  itemsWaitingOf,
  models,
  pausesOf,
  progressOf,
  queueStatus,
  recentTasksOf,
  type run,
  runsOf,
  scenarioCounts,
  scenariosOf,
  timelinesOf,
  waitingOf,
} from "#modules/runs";

type Run = NonNullable<Awaited<ReturnType<typeof run>>>;

/**
 * The loaders of one request. They load each row once and all rows of a kind together, so that the number of statements depends
 * neither on the length of a list nor on aliases. They are made anew for each request. A mutation has one field and runs before the
 * fields of its answer are read.
 */
export function loadersFor(ctx: Ctx) {
  /** A loader of one kind of row; `load` returns the values in the order of the keys. */
  const all = <K, V>(
    load: (ctx: Ctx, keys: readonly K[]) => Promise<readonly V[]>,
    cacheKeyFn: (key: K) => unknown = (key) => key,
  ) => new DataLoader<K, V, unknown>((keys) => load(ctx, keys), { cacheKeyFn });
  const one = <V>(load: (ctx: Ctx) => Promise<V>) => {
    let loaded: Promise<V> | undefined;
    return { load: () => (loaded ??= load(ctx)) };
  };
  const counts = all(async (_ctx, ids: readonly number[]) => {
    const found = Map.groupBy(await countProgress(ctx, ids), ({ runId }) => runId);
    return ids.map((id) => found.get(id) ?? []);
  });
  /** Progress and reasons name the conversations that still run; from one count, so that they agree. */
  const count = async (_ctx: unknown, ids: readonly number[]) =>
    (await Promise.all(ids.map((id) => counts.load(id)))).flat();
  return {
    run: all(runsOf, ({ id, changedSince }) => `${id} ${changedSince?.getTime()}`),
    progress: all(
      async (_ctx, runs: readonly Run[]) => {
        const found = await progressOf(ctx, runs, count);
        return runs.map(({ id }) => found.get(id)!);
      },
      ({ id }) => id,
    ),
    recentTasks: all(recentTasksOf, ({ runId, limit }) => `${runId} ${limit}`),
    failureGroups: all(failureGroupsOf),
    analysis: all(analysesOf),
    analysesWaiting: all(analysesWaitingOf),
    waiting: all(
      (_ctx, runs: readonly Run[]) => waitingOf(ctx, runs, undefined, count),
      ({ id }) => id,
    ),
    pauses: all(pausesOf, ({ id }) => id),
    items: all(itemsOf, ({ runId, wish }) => JSON.stringify([runId, wish])),
    item: all(itemsById),
    itemWaiting: all(itemsWaitingOf, ({ itemId }) => itemId),
    timeline: all(timelinesOf, ({ itemId }) => itemId),
    definition: all(definitionsById),
    scenarioCount: all(scenarioCounts),
    scenarios: all(scenariosOf, ({ id, first, skip }) => `${id} ${first} ${skip}`),
    models: one(models),
    queue: one(queueStatus),
  };
}

export type Loaders = ReturnType<typeof loadersFor>;
