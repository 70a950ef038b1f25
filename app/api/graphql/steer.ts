import { idIfGiven, idOf, withoutNulls } from "#lib/http/graphql-input";
import {
  cancelRun,
  pauseModel,
  pauseQueue,
  pauseRun,
  redriveDeadLetters,
  resumeModel,
  resumeQueue,
  resumeRun,
  retryFailed,
  startRun,
  analyzeAgain,
} from "#modules/runs";
import { builder } from "./builder.ts";
import { PauseType } from "./queue.ts";
import { RunPriority, RunType } from "./run.ts";

const StartRunInput = builder.inputType("StartRunInput", {
  fields: (t) => ({
    definitionId: t.id({ required: true }),
    models: t.stringList({ required: true, description: "1 to 50, none twice." }),
    samplePercentage: t.float({ description: "1 to 100; 100 when it is not given." }),
    sampleSeed: t.field({ type: "BigInt", description: "Which scenarios are sampled; 0 when it is not given." }),
    priority: t.field({ type: RunPriority, description: "NORMAL when it is not given." }),
    repetitions: t.int({ description: "1 to 20; 1 when it is not given." }),
    maxTokens: t.field({
      type: "BigInt",
      description: "When so many are spent, the run pauses; what is running then finishes, and may spend more.",
    }),
    experimentId: t.string(),
    idempotencyKey: t.string({ description: "The same key starts the same run once." }),
  }),
});

const PauseInput = builder.inputType("PauseInput", {
  fields: (t) => ({
    isHard: t.boolean({ description: "Running conversations return at their next turn; otherwise they finish." }),
    why: t.string(),
    until: t.field({ type: "DateTime", description: "The pause ends by itself then." }),
  }),
});

const StartedRun = builder.objectRef<Awaited<ReturnType<typeof startRun>>>("StartedRun").implement({
  fields: (t) => ({ run: t.expose("run", { type: RunType }), jobCount: t.exposeInt("jobCount") }),
});

const BulkResult = builder.objectRef<Awaited<ReturnType<typeof retryFailed>>>("BulkResult").implement({
  description: "What was done, or would be done: how many, and some of them.",
  fields: (t) => ({
    count: t.exposeInt("count"),
    sample: t.stringList({ resolve: ({ sample }) => [...sample] }),
    hasMore: t.exposeBoolean("hasMore", {
      description: "It took as many as it may; others are left for the next time.",
    }),
    dryRun: t.exposeBoolean("dryRun"),
  }),
});

const RetryInput = builder.inputType("RetryInput", {
  description: "Which failed items; all of them when nothing is given.",
  fields: (t) => ({
    modelId: t.string(),
    class: t.string(),
    code: t.string({ description: "With `class`: of one group of failures. Empty: of the group that has no code." }),
    itemIds: t.idList(),
  }),
});

const pauseOf = ({ until, ...rest }: typeof PauseInput.$inferInput) =>
  withoutNulls({ ...rest, until: until?.toISOString() });

builder.mutationFields((t) => {
  const id = t.arg.id({ required: true });
  const modelId = t.arg.string({ required: true });
  const input = t.arg({ type: PauseInput });
  const dryRun = t.arg.boolean({ required: true, defaultValue: false, description: "Only says what would be done." });
  return {
    startRun: t.field({
      type: StartedRun,
      args: { input: t.arg({ type: StartRunInput, required: true }) },
      resolve: (_root, { input }, { ctx }) => {
        const { definitionId, maxTokens, ...rest } = withoutNulls(input);
        return startRun(ctx, {
          ...rest,
          definitionId: idOf(definitionId),
          maxTokens: maxTokens === undefined ? undefined : Number(maxTokens),
        });
      },
    }),
    pauseRun: t.field({
      type: RunType,
      description: "None of its conversations begins from then on. Refused when it has ended.",
      args: { id, input },
      resolve: (_root, { id, input }, { ctx }) => pauseRun(ctx, idOf(id), pauseOf(input ?? {})),
    }),
    resumeRun: t.field({
      type: RunType,
      description: "It goes on as what it was. Refused when it has ended.",
      args: { id },
      resolve: (_root, { id }, { ctx }) => resumeRun(ctx, idOf(id)),
    }),
    cancelRun: t.field({
      type: RunType,
      description: "For ever: results stay, what waits is taken out of the queue. Cancelling again changes nothing.",
      args: { id },
      resolve: (_root, { id }, { ctx }) => cancelRun(ctx, idOf(id)),
    }),
    pauseModel: t.field({
      type: PauseType,
      description: "In every run.",
      args: { modelId, input },
      resolve: (_root, { modelId, input }, { ctx }) => pauseModel(ctx, modelId, pauseOf(input ?? {})),
    }),
    resumeModel: t.int({
      description: "Ends its pauses, also one it asked for itself. Answers how many there were.",
      args: { modelId },
      resolve: (_root, { modelId }, { ctx }) => resumeModel(ctx, modelId),
    }),
    pauseQueue: t.field({
      type: PauseType,
      description: "Everything. Runs that are started meanwhile are queued all the same.",
      args: { input },
      resolve: (_root, { input }, { ctx }) => pauseQueue(ctx, pauseOf(input ?? {})),
    }),
    resumeQueue: t.int({
      description: "Answers how many pauses of everything there were.",
      resolve: (_root, _args, { ctx }) => resumeQueue(ctx),
    }),
    retryFailed: t.field({
      type: BulkResult,
      description: "Tries failed items again, with all their attempts; up to 5,000.",
      args: { runId: t.arg.id({ required: true }), filter: t.arg({ type: RetryInput }), dryRun },
      resolve: (_root, { runId, filter, dryRun }, { ctx }) =>
        retryFailed(ctx, idOf(runId), { ...withoutNulls(filter ?? {}), dryRun }),
    }),
    redriveDeadLetters: t.field({
      type: BulkResult,
      description: "Tries again what lies dead in the queue, of one run or of all; up to 5,000.",
      args: { runId: t.arg.id(), dryRun },
      resolve: (_root, { runId, dryRun }, { ctx }) =>
        redriveDeadLetters(ctx, withoutNulls({ runId: idIfGiven(runId), dryRun })),
    }),
    analyzeAgain: t.field({
      type: "ID",
      description: "Queues both analyses of what a run has so far. Answers its id.",
      args: { runId: t.arg.id({ required: true }) },
      resolve: async (_root, { runId }, { ctx }) => {
        await analyzeAgain(ctx, idOf(runId));
        return runId;
      },
    }),
  };
});
