/** The queries about runs and their queues. They refetch while the page is visible, unless the reader holds it. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { Problem } from "#lib/browser/api";
import { askGraphql } from "#lib/browser/graphql";
import { live, liveList } from "#lib/browser/live";
import type { RunStatus } from "../states.ts";
import type {
  ShownRun,
  RunNow,
  RunResults,
  Item,
  ItemStory,
  QueueStatus,
  Model,
  DeadLetter,
  Definition,
  Basic,
  Deep,
  WaitingAnalysis,
  Comparison,
} from "./answers.ts";

const PROGRESS = "total completed failed cancelled throttled percentComplete stillRunning estimatedSecondsRemaining";
const RUN = `id definitionName status priority models repetitions scenarioCount samplePercentage createdBy createdAt endedAt changedAt`;
const PAUSE = "id scope target isHard isAutomatic pausedBy why startedAt until";
const COUNTS = "pending active completed failed cancelled";
const REASON = "code modelId until since pausedBy isHard why running atOnce ahead queued total";
const ITEM = `itemId scenarioId title modelId repetition state isRetried attempts class error turns tokensIn tokensOut latencyMs endedAt
  waitingBecause { ${REASON} }`;

const OVERLAP_MS = 5_000;

/** The runs, the newest first, page after page. */
export const useRuns = (status: RunStatus | undefined, isHeld: boolean) =>
  useInfiniteQuery({
    queryKey: ["runs", "list", status],
    queryFn: async ({ pageParam }) => {
      const { runs } = await askGraphql<{ runs: { runs: ShownRun[]; next: string | null } }>(
        `query Runs($after: ID, $status: RunStatus) { runs(first: 20, after: $after, status: $status) {
          next runs { ${RUN} progress { ${PROGRESS} } } } }`,
        { after: pageParam, status },
      );
      return runs;
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    placeholderData: (before) => before,
    ...liveList(isHeld),
  });

type Answer = { now: RunNow | null; results: RunResults | null };

/** A run that does not exist is an answer for its page, and no fault to try again. */
function noRun(error: unknown): Answer {
  if (error instanceof Problem && error.code === "not_found") return { now: null, results: null };
  throw error;
}

/**
 * The state of a run, null when there is none, and the parts that change only with its results. Those are asked for with
 * `changedSince`, so that an answer without new results is small.
 */
export function useRun(id: string, isHeld: boolean) {
  const known = useRef<RunResults | null>(null);
  return useQuery({
    queryKey: ["runs", "one", id],
    queryFn: async () => {
      // An item that ended a moment before the last answer may have been committed after it.
      const since = known.current && new Date(Date.parse(known.current.changedAt) - OVERLAP_MS).toISOString();
      const { now, results } = await askGraphql<Answer>(
        `query Run($id: ID!, $since: DateTime) {
          now: run(id: $id) { ${RUN} experimentId maxTokens sampleSeed startedAt
            progress { ${PROGRESS} byModel { modelId total completed failed cancelled throttled stillRunning } }
            waitingBecause { ${REASON} } pauses { ${PAUSE} } }
          results: run(id: $id, changedSince: $since) { changedAt
            recentTasks(limit: 12) { itemId scenarioId modelId repetition status class error completedAt }
            failureGroups { class code count models sample } } }`,
        { id, since },
      ).catch(noRun);
      known.current = results ?? known.current;
      return now && known.current && { now, results: known.current };
    },
    ...live(isHeld),
  });
}

/** The results of the analysis scripts for a run so far; a result may be missing, or be a sentence that says why it failed. */
export const useAnalysis = (id: string, isHeld: boolean) =>
  useQuery({
    queryKey: ["runs", "analysis", id],
    queryFn: async () => {
      type Found = { analysis: (Basic | Deep)[]; analysesWaiting: WaitingAnalysis[] };
      const { run } = await askGraphql<{ run: Found | null }>(
        `query Analysis($id: ID!) { run(id: $id) { analysis { kind transcripts result error computedAt }
          analysesWaiting { kind waitingBecause { ${REASON} } } } }`,
        { id },
      );
      const made = run?.analysis ?? [];
      return {
        waiting: run?.analysesWaiting ?? [],
        basic: made.find((one): one is Basic => one.kind === "basic"),
        deep: made.find((one): one is Deep => one.kind === "deep"),
      };
    },
    ...live(isHeld),
  });

export type ItemAsk = {
  state?: Item["state"] | undefined;
  modelId?: string | undefined;
  search?: string | undefined;
};

/**
 * The items of a run that match the filter, page by page. A page may be empty and yet not be the last: a search reads a share at a
 * time.
 */
export const useItems = (id: string, asked: ItemAsk, isHeld: boolean) =>
  useInfiniteQuery({
    queryKey: ["runs", "items", id, asked],
    queryFn: async ({ pageParam }) => {
      const { run } = await askGraphql<{ run: { items: { items: Item[]; next: number | null } } | null }>(
        `query Items($id: ID!, $after: Int, $state: ItemState, $modelId: String, $search: String) { run(id: $id) {
          items(first: 20, after: $after, state: $state, modelId: $modelId, search: $search) { next items { ${ITEM} } } } }`,
        { id, after: pageParam, ...asked },
      );
      return run?.items ?? { items: [], next: null };
    },
    initialPageParam: null as number | null,
    getNextPageParam: ({ next }) => next,
    placeholderData: (before) => before,
    ...liveList(isHeld || asked.search !== undefined),
  });

/** One item with its transcript and its events. */
export const useItem = (itemId: string, isHeld: boolean) =>
  useQuery({
    queryKey: ["runs", "item", itemId],
    queryFn: async () => {
      const { item } = await askGraphql<{ item: ItemStory }>(
        `query Item($id: ID!) { item(id: $id) { ${ITEM}
          transcript { asked answered finishReason latencyMs } timeline { at kind attempt begunAt class error who } } }`,
        { id: itemId },
      );
      return item;
    },
    ...live(isHeld),
  });

/** The state of the queues, and the number of conversations that each model takes at once. */
export const useQueue = (isHeld: boolean) =>
  useQuery({
    queryKey: ["runs", "queue"],
    queryFn: () =>
      askGraphql<{ queueStatus: QueueStatus; models: Model[] }>(
        `query Queue { queueStatus { isRunning isPaused workers lastSeenAt jobTypes { type ${COUNTS} } totals { ${COUNTS} }
          pauses { ${PAUSE} } } models { modelId what atOnce running cutAt } }`,
      ),
    ...live(isHeld),
  });

/** The dead letters, the oldest first: of one run, or of all. */
export const useDeadLetters = (runId: string | undefined, isHeld: boolean) =>
  useQuery({
    queryKey: ["runs", "dead", runId],
    queryFn: async () => {
      const { deadLetters } = await askGraphql<{ deadLetters: { letters: DeadLetter[]; hasMore: boolean } }>(
        `query DeadLetters($runId: ID) { deadLetters(runId: $runId, first: 20) { hasMore
          letters { itemId runId definitionName title modelId repetition class error diedAt } } }`,
        { runId },
      );
      return deadLetters;
    },
    ...live(isHeld),
  });

/** The parts of a new run: the definitions, and the models that may be named. */
export const useChoices = () =>
  useQuery({
    queryKey: ["runs", "choices"],
    queryFn: () =>
      askGraphql<{ definitions: Definition[]; models: Model[] }>(
        "query Choices { definitions { id name description scenarioCount } models { modelId what atOnce running cutAt } }",
      ),
    networkMode: "always",
  });

/** Two runs side by side. */
export const useComparison = (a: string, b: string, isHeld: boolean) =>
  useQuery({
    queryKey: ["runs", "compare", a, b],
    queryFn: async () => {
      const side = "items completed failed refused score medianLatencyMs";
      const { compareRuns } = await askGraphql<{ compareRuns: Comparison }>(
        `query Compare($a: ID!, $b: ID!) { compareRuns(a: $a, b: $b) { note
          a { ${RUN} progress { ${PROGRESS} } } b { ${RUN} progress { ${PROGRESS} } }
          byModel { modelId a { ${side} } b { ${side} } scenarios difference interval isTied sentence } } }`,
        { a, b },
      );
      return compareRuns;
    },
    ...live(isHeld),
  });
