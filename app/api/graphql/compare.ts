import { idOf } from "#lib/http/graphql-input";
import { compareRuns } from "#modules/runs";
import { builder } from "./builder.ts";
import { RunType } from "./run.ts";

type Comparison = Awaited<ReturnType<typeof compareRuns>>;
type OfModel = Comparison["byModel"][number];

const ModelSide = builder.objectRef<NonNullable<OfModel["a"]>>("ModelSide").implement({
  description: "What the analysis of one run says of one model.",
  fields: (t) => ({
    items: t.exposeInt("items"),
    completed: t.exposeInt("completed"),
    failed: t.exposeInt("failed"),
    refused: t.exposeInt("refused"),
    score: t.exposeFloat("score", { nullable: true }),
    medianLatencyMs: t.exposeFloat("medianLatencyMs", { nullable: true }),
  }),
});

const ModelComparison = builder.objectRef<OfModel>("ModelComparison").implement({
  description:
    "One model in two runs, over the scenarios of both. A side is null where its run says nothing of the model.",
  fields: (t) => ({
    modelId: t.exposeString("modelId"),
    a: t.expose("a", { type: ModelSide, nullable: true }),
    b: t.expose("b", { type: ModelSide, nullable: true }),
    scenarios: t.int({ resolve: ({ paired }) => paired.scenarios }),
    difference: t.float({ nullable: true, description: "b minus a.", resolve: ({ paired }) => paired.difference }),
    interval: t.floatList({
      nullable: true,
      description: "95 %, for all models of both runs together.",
      resolve: ({ paired }) => paired.interval && [...paired.interval],
    }),
    isTied: t.boolean({
      nullable: true,
      description: "Whether the difference may be chance; null where too little is compared to say so.",
      resolve: ({ paired }) => paired.isTied,
    }),
    sentence: t.exposeString("sentence"),
  }),
});

const ComparisonType = builder.objectRef<Comparison>("Comparison").implement({
  description: "Two runs side by side.",
  fields: (t) => ({
    a: t.field({ type: RunType, resolve: ({ a }) => a }),
    b: t.field({ type: RunType, resolve: ({ b }) => b }),
    note: t.exposeString("note", { nullable: true, description: "Why there is little to compare." }),
    byModel: t.field({ type: [ModelComparison], extensions: { times: 20 }, resolve: ({ byModel }) => [...byModel] }),
  }),
});

builder.queryFields((t) => ({
  compareRuns: t.field({
    type: ComparisonType,
    description: "Two runs, model by model over the scenarios of both, from their analyses.",
    extensions: { cost: 20 },
    args: { a: t.arg.id({ required: true }), b: t.arg.id({ required: true }) },
    resolve: (_root, { a, b }, { ctx }) => compareRuns(ctx, idOf(a), idOf(b)),
  }),
}));
