import DataLoader from "dataloader";
import type { Ctx } from "#lib/http/graphql";
import { analysis, failureGroups, progressOf, queueStatus, recentTasks, run, waitingBecause } from "#modules/runs";

type Run = NonNullable<Awaited<ReturnType<typeof run>>>;
type Progress = Awaited<ReturnType<typeof progressOf>> extends Map<number, infer One> ? One : never;

/** What the fields of one request load, each thing once and all of a kind together. Made anew for each request. */
export function loadersFor(ctx: Ctx) {
  const byRun = <T>(load: (id: number) => Promise<T>) =>
    new DataLoader<number, T>((ids) => Promise.all(ids.map((id) => load(id))));
  return {
    run: new DataLoader<
      { id: number; changedSince?: Date | null | undefined },
      Awaited<ReturnType<typeof run>>,
      string
    >((wanted) => Promise.all(wanted.map(({ id, changedSince }) => run(ctx, id, changedSince ?? undefined))), {
      cacheKeyFn: ({ id, changedSince }) => `${id} ${changedSince?.getTime()}`,
    }),
    progress: new DataLoader<Run, Progress, number>(
      async (runs) => {
        const found = await progressOf(ctx, runs);
        return runs.map(({ id }) => found.get(id)!);
      },
      { cacheKeyFn: ({ id }) => id },
    ),
    recentTasks: new DataLoader<{ runId: number; limit: number }, Awaited<ReturnType<typeof recentTasks>>, string>(
      (wanted) => Promise.all(wanted.map(({ runId, limit }) => recentTasks(ctx, runId, limit))),
      { cacheKeyFn: ({ runId, limit }) => `${runId} ${limit}` },
    ),
    failureGroups: byRun((id) => failureGroups(ctx, id)),
    analysis: byRun((id) => analysis(ctx, id)),
    waiting: byRun((id) => waitingBecause(ctx, id)),
    queue: new DataLoader<"queue", Awaited<ReturnType<typeof queueStatus>>>(async () => [await queueStatus(ctx)]),
  };
}

export type Loaders = ReturnType<typeof loadersFor>;
