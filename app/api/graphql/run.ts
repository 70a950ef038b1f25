import {
  type analysesWaitingOf,
  type analysis,
  type failureGroups,
  type progress,
  type recentTasks,
  type run,
  runNotFound,
  runs,
  taskLimit,
  type waitingBecause,
} from "#modules/runs";
import { idIfGiven, idOf, withoutNulls } from "#lib/http/graphql-input";
import { builder } from "./builder.ts";

type Of<F extends (...given: never[]) => Promise<unknown>> = Awaited<ReturnType<F>>;
export type Run = NonNullable<Of<typeof run>>;

export const RunStatus = builder.enumType("RunStatus", {
  values: ["PENDING", "RUNNING", "PAUSED", "COMPLETED", "FAILED", "CANCELLED"] as const,
});
export const RunPriority = builder.enumType("RunPriority", { values: ["LOW", "NORMAL", "HIGH"] as const });

const ModelProgress = builder.objectRef<Of<typeof progress>["byModel"][number]>("ModelProgress").implement({
  fields: (t) => ({
    modelId: t.exposeString("modelId"),
    total: t.exposeInt("total"),
    completed: t.exposeInt("completed"),
    failed: t.exposeInt("failed"),
    cancelled: t.exposeInt("cancelled"),
    throttled: t.exposeInt("throttled"),
    stillRunning: t.exposeInt("stillRunning"),
  }),
});

const Progress = builder.objectRef<Of<typeof progress>>("Progress").implement({
  description: "How far a run is, counted from the items that have ended.",
  fields: (t) => ({
    total: t.exposeInt("total"),
    completed: t.exposeInt("completed"),
    failed: t.exposeInt("failed"),
    cancelled: t.exposeInt("cancelled"),
    throttled: t.exposeInt("throttled", { description: "Waiting because their model said: too many." }),
    percentComplete: t.exposeFloat("percentComplete", { description: "100 only when everything has ended." }),
    byModel: t.field({ type: [ModelProgress], extensions: { times: 10 }, resolve: ({ byModel }) => [...byModel] }),
    stillRunning: t.exposeInt("stillRunning"),
    estimatedSecondsRemaining: t.exposeInt("estimatedSecondsRemaining", {
      nullable: true,
      description: "Null when the run is paused, or while a model has fewer than five results.",
    }),
  }),
});

const Task = builder.objectRef<Of<typeof recentTasks>[number]>("Task").implement({
  description: "An item of a run that has ended.",
  fields: (t) => ({
    itemId: t.exposeID("itemId"),
    scenarioId: t.exposeString("scenarioId"),
    modelId: t.exposeString("modelId"),
    repetition: t.exposeInt("repetition"),
    status: t.exposeString("status", { description: "completed, failed or cancelled." }),
    class: t.exposeString("class", { nullable: true }),
    error: t.exposeString("error", { nullable: true }),
    completedAt: t.expose("completedAt", { type: "DateTime" }),
  }),
});

const FailureGroup = builder.objectRef<Of<typeof failureGroups>[number]>("FailureGroup").implement({
  description: "Failed items that the same thing failed.",
  fields: (t) => ({
    class: t.exposeString("class"),
    code: t.exposeString("code", { nullable: true }),
    count: t.exposeInt("count"),
    models: t.exposeStringList("models"),
    sample: t.exposeString("sample", { nullable: true, description: "The words of one of them." }),
  }),
});

const Analysis = builder.objectRef<Of<typeof analysis>[number]>("Analysis").implement({
  description: "What was computed of the transcripts, or the sentence that says why it was not.",
  fields: (t) => ({
    kind: t.exposeString("kind", { description: "basic or deep." }),
    transcripts: t.exposeInt("transcripts"),
    result: t.expose("result", { type: "JSON", nullable: true }),
    error: t.exposeString("error", { nullable: true }),
    computedAt: t.expose("computedAt", { type: "DateTime" }),
  }),
});

type Waiting = Of<typeof waitingBecause>;
export const Reason = builder.objectRef<Waiting["reasons"][number]>("Reason").implement({
  description: "Why something waits.",
  fields: (t) => ({
    code: t.exposeString("code", { description: "Such as PAUSED_RUN, THROTTLED, RETRY_AT, MODEL_LIMIT or NO_WORKER." }),
    sentence: t.exposeString("sentence"),
    until: t.expose("until", {
      type: "DateTime",
      nullable: true,
      description: "When a pause ends by itself, or when the next attempt may begin.",
    }),
    modelId: t.exposeString("modelId", { nullable: true, description: "The model that it concerns alone." }),
    since: t.expose("since", { type: "DateTime", nullable: true, description: "When a worker was seen last." }),
    pausedBy: t.exposeString("pausedBy", { nullable: true }),
    isHard: t.exposeBoolean("isHard", { nullable: true }),
    why: t.exposeString("why", { nullable: true, description: "What was given as the reason of a pause." }),
    running: t.exposeInt("running", {
      nullable: true,
      description: "Conversations that run: of the run, of the model, or those that a pause still waits for.",
    }),
    atOnce: t.exposeInt("atOnce", { nullable: true, description: "How many conversations the model takes at once." }),
    ahead: t.exposeInt("ahead", { nullable: true, description: "How many other runs are served before it." }),
    queued: t.exposeInt("queued", { nullable: true, description: "How many of the `total` jobs are queued so far." }),
    total: t.exposeInt("total", { nullable: true }),
  }),
});

const WaitingAnalysis = builder.objectRef<Of<typeof analysesWaitingOf>[number][number]>("WaitingAnalysis").implement({
  description: "An analysis that waits or is being made.",
  fields: (t) => ({
    kind: t.exposeString("kind", { description: "basic or deep." }),
    waitingBecause: t.field({
      type: [Reason],
      description: "At least one reason.",
      extensions: { times: 3 },
      resolve: ({ reasons }) => [...reasons],
    }),
  }),
});

export const RunType = builder.objectRef<Run>("Run").implement({
  description: "Models put to scenarios: one job for each sampled scenario, model and repetition.",
  fields: (t) => ({
    id: t.exposeID("id"),
    definitionId: t.exposeID("definitionId", {
      description: "It may be deleted; the run goes on from what it took of it.",
    }),
    definitionName: t.exposeString("definitionName"),
    experimentId: t.exposeString("experimentId", { nullable: true }),
    status: t.expose("status", { type: RunStatus }),
    priority: t.expose("priority", { type: RunPriority }),
    models: t.exposeStringList("models"),
    repetitions: t.exposeInt("repetitions"),
    samplePercentage: t.exposeFloat("samplePercentage"),
    sampleSeed: t.expose("sampleSeed", { type: "BigInt" }),
    scenarioCount: t.exposeInt("scenarioCount"),
    maxTokens: t.expose("maxTokens", {
      type: "BigInt",
      nullable: true,
      description: "When so many are spent, the run pauses.",
    }),
    jobCount: t.exposeInt("total"),
    queued: t.exposeInt("queued", { description: "How many of its jobs are queued so far." }),
    createdBy: t.exposeString("createdBy"),
    createdAt: t.expose("createdAt", { type: "DateTime" }),
    startedAt: t.expose("startedAt", { type: "DateTime", nullable: true }),
    endedAt: t.expose("endedAt", { type: "DateTime", nullable: true }),
    changedAt: t.expose("changedAt", { type: "DateTime" }),
    progress: t.field({
      type: Progress,
      extensions: { cost: 5 },
      resolve: (run, _args, { load }) => load.progress.load(run),
    }),
    recentTasks: t.field({
      type: [Task],
      description: "The items that ended last, the latest first.",
      args: { limit: t.arg.int({ required: true, defaultValue: 5, description: "1 to 100." }) },
      resolve: ({ id: runId }, { limit }, { load }) => load.recentTasks.load({ runId, limit: taskLimit(limit) }),
    }),
    failureGroups: t.field({
      type: [FailureGroup],
      description: "The failed items by what failed them, the largest group first.",
      extensions: { cost: 5, times: 20 },
      resolve: ({ id }, _args, { load }) => load.failureGroups.load(id),
    }),
    analysis: t.field({
      type: [Analysis],
      extensions: { cost: 5, times: 2 },
      resolve: ({ id }, _args, { load }) => load.analysis.load(id),
    }),
    analysesWaiting: t.field({
      type: [WaitingAnalysis],
      description: "The analyses that are queued or being made, and why each is not there yet.",
      extensions: { cost: 5, times: 2 },
      resolve: async ({ id }, _args, { load }) => [...(await load.analysesWaiting.load(id))],
    }),
    waitingBecause: t.field({
      type: [Reason],
      description: "Why the run waits; at least one reason until it has ended.",
      extensions: { cost: 10, times: 5 },
      resolve: async (run, _args, { load }) => [...(await load.waiting.load(run)).reasons],
    }),
  }),
});

const RunPage = builder.objectRef<Of<typeof runs>>("RunPage").implement({
  fields: (t) => ({
    runs: t.field({ type: [RunType], resolve: (page) => page.runs }),
    next: t.exposeID("next", {
      nullable: true,
      description: "What to send as `after` for the next page; null at the end.",
    }),
  }),
});

builder.queryFields((t) => ({
  run: t.field({
    type: RunType,
    nullable: true,
    description:
      "Null with the error `not_found` when there is none; null alone when nothing of it has changed since `changedSince`.",
    args: { id: t.arg.id({ required: true }), changedSince: t.arg({ type: "DateTime" }) },
    resolve: async (_root, { id, changedSince }, { load }) => {
      const found = await load.run.load({ id: idOf(id), changedSince });
      if (found === undefined) throw runNotFound(idOf(id));
      return found;
    },
  }),
  runs: t.field({
    type: RunPage,
    description: "The newest first, a page at a time.",
    args: {
      first: t.arg.int({ required: true, defaultValue: 20, description: "1 to 100." }),
      after: t.arg.id(),
      status: t.arg({ type: RunStatus }),
    },
    resolve: (_root, { first, after, status }, { ctx }) =>
      runs(ctx, withoutNulls({ first, after: idIfGiven(after), status })),
  }),
}));
