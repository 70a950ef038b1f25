/** Runs and their queues, from a browser, over GraphQL: the queries refetch while the page is visible, unless the reader holds it. */
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { askGraphql } from "#lib/browser/graphql";
import { live, liveList } from "#lib/browser/live";
import { usePress } from "#lib/browser/use-press";
import type { ReasonFacts } from "./reasons.ts";
import type { RunStatus } from "./states.ts";

export { reasonSentence } from "./reasons.ts";
export { RUN_STATUSES, type RunStatus } from "./states.ts";
export type Priority = "LOW" | "NORMAL" | "HIGH";

export type ModelCount = {
  modelId: string;
  total: number;
  completed: number;
  failed: number;
  cancelled: number;
  throttled: number;
  stillRunning: number;
};
export type RunProgress = Omit<ModelCount, "modelId"> & {
  percentComplete: number;
  estimatedSecondsRemaining: number | null;
};
/** A run in a list. */
export type ShownRun = {
  id: string;
  definitionName: string;
  status: RunStatus;
  priority: Priority;
  models: string[];
  repetitions: number;
  scenarioCount: number;
  samplePercentage: number;
  createdBy: string;
  createdAt: string;
  endedAt: string | null;
  changedAt: string;
  progress: RunProgress;
};
/** Why something waits. */
export type Reason = ReasonFacts<string>;
export type RecentTask = {
  itemId: string;
  scenarioId: string;
  modelId: string;
  repetition: number;
  status: string;
  class: string | null;
  error: string | null;
  completedAt: string;
};
export type FailureGroup = {
  class: string;
  code: string | null;
  count: number;
  models: string[];
  sample: string | null;
};
export type Pause = {
  id: string;
  scope: "run" | "model" | "queue";
  target: string;
  isHard: boolean;
  isAutomatic: boolean;
  pausedBy: string;
  why: string | null;
  startedAt: string;
  until: string | null;
};
/** The present state of a run. */
export type RunNow = ShownRun & {
  experimentId: string | null;
  maxTokens: string | null;
  sampleSeed: string;
  startedAt: string | null;
  progress: RunProgress & { byModel: ModelCount[] };
  waitingBecause: Reason[];
  pauses: Pause[];
};
/** The data of a run that change only when one of its items ends. */
export type RunResults = { changedAt: string; recentTasks: RecentTask[]; failureGroups: FailureGroup[] };
export type Item = {
  itemId: string;
  scenarioId: string;
  title: string;
  modelId: string;
  repetition: number;
  state: "waiting" | "completed" | "failed" | "cancelled";
  isRetried: boolean;
  attempts: number;
  class: string | null;
  error: string | null;
  turns: number | null;
  tokensIn: string | null;
  tokensOut: string | null;
  latencyMs: number | null;
  endedAt: string | null;
  /** None once it has ended. */
  waitingBecause: Reason[];
};
export type ItemEvent = {
  at: string;
  kind: string;
  attempt: number | null;
  begunAt: string | null;
  class: string | null;
  error: string | null;
  who: string | null;
};
export type ItemStory = Item & {
  transcript: { asked: string; answered: string; finishReason: string; latencyMs: number }[] | null;
  timeline: ItemEvent[];
};
type Counts = { pending: number; active: number; completed: number; failed: number; cancelled: number };
export type QueueStatus = {
  isRunning: boolean;
  isPaused: boolean;
  workers: number;
  lastSeenAt: string | null;
  jobTypes: (Counts & { type: string })[];
  totals: Counts;
  pauses: Pause[];
};
export type Model = { modelId: string; what: string; atOnce: number | null; running: number; cutAt: string | null };
export type DeadLetter = {
  itemId: string;
  runId: string;
  definitionName: string;
  title: string;
  modelId: string;
  class: string | null;
  error: string | null;
  diedAt: string;
};
export type Definition = { id: string; name: string; description: string | null; scenarioCount: number };
export type Summary = { n: number; mean: number | null; median: number | null; p95: number | null };
/** A model, or a model and a scenario, in the basic analysis. */
export type Figures = {
  modelId: string;
  items: number;
  completed: number;
  failed: number;
  refused: number;
  length: Summary;
  latencyMs: Summary;
  score: number | null;
};
export type Pair = {
  models: [string, string];
  scenarios: number;
  difference: number;
  interval: [number, number] | null;
  adjustedP: number;
  isTied: boolean;
  sentence: string;
  scenariosNeeded: number | null;
};
type Made<K, R> = {
  kind: K;
  transcripts: number;
  result: R | null;
  error: string | null;
  computedAt: string;
};
export type Basic = Made<
  "basic",
  {
    byModel: Figures[];
    byScenario: (Figures & { scenarioId: string })[];
    agreement: { models: [string, string]; scenarios: number; agreement: number | null }[];
  }
>;
export type Deep = Made<
  "deep",
  {
    compare: Pair[];
    correlations: {
      columns: [string, string];
      r: number | null;
      interval: [number, number] | null;
      why: string | null;
    }[];
    outliers: { itemId: string; column: string; value: number; z: number }[];
    pca: {
      columns: string[];
      explained: number[];
      points: { modelId: string; scenarioId: string; x: number; y: number }[];
      why: string | null;
    };
  }
>;
/** An analysis that is queued or being made. */
export type WaitingAnalysis = { kind: "basic" | "deep"; waitingBecause: Reason[] };
export type Side = {
  items: number;
  completed: number;
  failed: number;
  refused: number;
  score: number | null;
  medianLatencyMs: number | null;
};
export type Comparison = {
  a: ShownRun;
  b: ShownRun;
  note: string | null;
  byModel: {
    modelId: string;
    a: Side | null;
    b: Side | null;
    difference: number | null;
    interval: [number, number] | null;
    isTied: boolean;
    scenarios: number;
    sentence: string;
  }[];
};
export type Bulk = { count: number; sample: string[]; hasMore: boolean; dryRun: boolean };

const PROGRESS = "total completed failed cancelled throttled percentComplete stillRunning estimatedSecondsRemaining";
const RUN = `id definitionName status priority models repetitions scenarioCount samplePercentage createdBy createdAt endedAt changedAt`;
const PAUSE = "id scope target isHard isAutomatic pausedBy why startedAt until";
const COUNTS = "pending active completed failed cancelled";
const REASON = "code modelId until since pausedBy isHard why running atOnce ahead queued total";
const ITEM = `itemId scenarioId title modelId repetition state isRetried attempts class error turns tokensIn tokensOut latencyMs endedAt
  waitingBecause { ${REASON} }`;
const BULK = "count sample hasMore dryRun";

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

/**
 * The state of a run, and the parts that change only with its results. Those are asked for with `changedSince`, so that an answer
 * without news is small.
 */
export function useRun(id: string, isHeld: boolean) {
  const known = useRef<RunResults | null>(null);
  return useQuery({
    queryKey: ["runs", "one", id],
    queryFn: async () => {
      // An item that ended a moment before the last answer may have been committed after it.
      const since = known.current && new Date(Date.parse(known.current.changedAt) - OVERLAP_MS).toISOString();
      const { now, results } = await askGraphql<{ now: RunNow | null; results: RunResults | null }>(
        `query Run($id: ID!, $since: DateTime) {
          now: run(id: $id) { ${RUN} experimentId maxTokens sampleSeed startedAt
            progress { ${PROGRESS} byModel { modelId total completed failed cancelled throttled stillRunning } }
            waitingBecause { ${REASON} } pauses { ${PAUSE} } }
          results: run(id: $id, changedSince: $since) { changedAt
            recentTasks(limit: 12) { itemId scenarioId modelId repetition status class error completedAt }
            failureGroups { class code count models sample } } }`,
        { id, since },
      );
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

/** The items of a run that match the filter, page by page. A page may be empty and yet not be the last: a search reads a share at a time. */
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
          letters { itemId runId definitionName title modelId class error diedAt } } }`,
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

export type StartWish = {
  definitionId: string;
  models: string[];
  samplePercentage: number;
  priority: Priority;
  repetitions: number;
  maxTokens?: string | undefined;
  /** The key of this form: a form that is sent twice starts one run. */
  idempotencyKey: string;
};
export const useStartRun = () =>
  useChange((input: StartWish) =>
    askGraphql<{ startRun: { jobCount: number; run: { id: string } } }>(
      "mutation Start($input: StartRunInput!) { startRun(input: $input) { jobCount run { id } } }",
      { input },
    ),
  );

export type PauseTarget = { scope: "run" | "model"; target: string } | { scope: "queue"; target: "*" };
export type PauseWish = PauseTarget & { isHard: boolean; why?: string | undefined; until?: string | undefined };

const VERBS = {
  run: { pause: "pauseRun", resume: "resumeRun", argument: "id", type: "ID!", returns: "{ id }" },
  model: { pause: "pauseModel", resume: "resumeModel", argument: "modelId", type: "String!", returns: "" },
} as const;

/** Pauses a run, a model, or everything. */
export const usePause = () =>
  useChange(({ scope, target, ...input }: PauseWish) => {
    if (scope === "queue") {
      return askGraphql("mutation Pause($input: PauseInput) { pauseQueue(input: $input) { id } }", { input });
    }
    const { pause, argument, type } = VERBS[scope];
    return askGraphql(
      `mutation Pause($of: ${type}, $input: PauseInput) { ${pause}(${argument}: $of, input: $input) { id } }`,
      { of: target, input },
    );
  });

/** Ends the pauses of a run, a model, or everything. */
export const useResume = () =>
  useChange(({ scope, target }: PauseTarget) => {
    if (scope === "queue") return askGraphql("mutation { resumeQueue }");
    const { resume, argument, type, returns } = VERBS[scope];
    return askGraphql(`mutation Resume($of: ${type}) { ${resume}(${argument}: $of) ${returns} }`, { of: target });
  });

export const useCancelRun = () =>
  useChange((id: string) => askGraphql("mutation Cancel($id: ID!) { cancelRun(id: $id) { id } }", { id }));

export type RetryWish = { runId: string; filter: { class?: string; modelId?: string } };

async function retry(wish: RetryWish, dryRun: boolean): Promise<Bulk> {
  const { retryFailed } = await askGraphql<{ retryFailed: Bulk }>(
    `mutation Retry($runId: ID!, $filter: RetryInput, $dryRun: Boolean!) {
      retryFailed(runId: $runId, filter: $filter, dryRun: $dryRun) { ${BULK} } }`,
    { ...wish, dryRun },
  );
  return retryFailed;
}

async function redrive(runId: string | undefined, dryRun: boolean): Promise<Bulk> {
  const { redriveDeadLetters } = await askGraphql<{ redriveDeadLetters: Bulk }>(
    `mutation Redrive($runId: ID, $dryRun: Boolean!) { redriveDeadLetters(runId: $runId, dryRun: $dryRun) { ${BULK} } }`,
    { runId, dryRun },
  );
  return redriveDeadLetters;
}

/** A preview is loaded anew whenever its dialog opens. */
const asked = { gcTime: 0, networkMode: "always" } as const;

/** Tries failed items of a run again; `useRetryPreview` previews that. */
export const useRetry = () => useChange((wish: RetryWish) => retry(wish, false));
export const useRetryPreview = (wish: RetryWish) =>
  useQuery({ queryKey: ["preview", "retry", wish], queryFn: () => retry(wish, true), ...asked });

/** Tries dead jobs again, of one run or of all; `useRedrivePreview` previews that. */
export const useRedrive = () => useChange((runId: string | undefined) => redrive(runId, false));
export const useRedrivePreview = (runId: string | undefined) =>
  useQuery({ queryKey: ["preview", "redrive", runId], queryFn: () => redrive(runId, true), ...asked });

export const useAnalyzeAgain = () =>
  useChange((runId: string) => askGraphql("mutation Analyze($runId: ID!) { analyzeAgain(runId: $runId) }", { runId }));

/** A mutation that refetches everything about runs. */
function useChange<I, A>(mutationFn: (input: I) => Promise<A>) {
  const queries = useQueryClient();
  const readAgain = () => void queries.invalidateQueries({ queryKey: ["runs"] });
  return usePress({ mutationFn, onSettled: readAgain });
}
