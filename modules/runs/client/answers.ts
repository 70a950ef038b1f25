/** What the queries about runs answer, as a browser reads it. */
import type { ReasonFacts } from "../reasons.ts";
import type { RunStatus } from "../states.ts";

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
  repetition: number;
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
    isTied: boolean | null;
    scenarios: number;
    sentence: string;
  }[];
};
export type Bulk = { count: number; sample: string[]; hasMore: boolean; dryRun: boolean };
