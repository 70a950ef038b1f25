import { idIfGiven, withoutNulls } from "#lib/http/graphql-input";
import { deadLetters, type item, itemNotFound, type items, itemsWish, type models, type timeline } from "#modules/runs";
import { builder } from "./builder.ts";
import { PauseType } from "./queue.ts";
import { Reason, RunType } from "./run.ts";

type Of<F extends (...given: never[]) => Promise<unknown>> = Awaited<ReturnType<F>>;
type Item = Of<typeof items>["items"][number];

const ItemState = builder.enumType("ItemState", { values: ["waiting", "completed", "failed", "cancelled"] as const });

const ItemType = builder.objectRef<Item>("Item").implement({
  description: "One scenario, model and repetition of a run.",
  fields: (t) => ({
    itemId: t.exposeID("itemId"),
    scenarioId: t.exposeString("scenarioId"),
    title: t.exposeString("title"),
    modelId: t.exposeString("modelId"),
    repetition: t.exposeInt("repetition"),
    state: t.expose("state", { type: ItemState }),
    isRetried: t.exposeBoolean("isRetried", { description: "It failed, and is tried again." }),
    attempts: t.exposeInt("attempts"),
    class: t.exposeString("class", { nullable: true }),
    error: t.exposeString("error", { nullable: true }),
    turns: t.exposeInt("turns", { nullable: true }),
    tokensIn: t.expose("tokensIn", { type: "BigInt", nullable: true, description: "Of all attempts together." }),
    tokensOut: t.expose("tokensOut", { type: "BigInt", nullable: true, description: "Of all attempts together." }),
    latencyMs: t.exposeInt("latencyMs", { nullable: true }),
    endedAt: t.expose("endedAt", { type: "DateTime", nullable: true }),
  }),
});

const Turn = builder.objectRef<NonNullable<Of<typeof item>["transcript"]>[number]>("Turn").implement({
  fields: (t) => ({
    asked: t.exposeString("asked"),
    answered: t.exposeString("answered"),
    finishReason: t.exposeString("finishReason"),
    latencyMs: t.int({ resolve: ({ latencyMs }) => Math.round(latencyMs) }),
  }),
});

const ItemEvent = builder.objectRef<Of<typeof timeline>[number]>("ItemEvent").implement({
  description: "What happened to an item: queued, failed, throttled, retried, lost, completed or cancelled.",
  fields: (t) => ({
    at: t.expose("at", { type: "DateTime" }),
    kind: t.exposeString("kind"),
    attempt: t.exposeInt("attempt", { nullable: true }),
    begunAt: t.expose("begunAt", { type: "DateTime", nullable: true }),
    class: t.exposeString("class", { nullable: true }),
    error: t.exposeString("error", { nullable: true }),
    who: t.exposeString("who", { nullable: true }),
  }),
});

builder.objectFields(ItemType, (t) => ({
  transcript: t.field({
    type: [Turn],
    nullable: true,
    description: "What was said; null until it has ended well.",
    extensions: { cost: 3, times: 50 },
    resolve: async ({ itemId }, _args, { load }) => (await load.item.load(itemId))?.transcript,
  }),
  timeline: t.field({
    type: [ItemEvent],
    description: "Everything that happened to it, the first first.",
    extensions: { cost: 3, times: 20 },
    resolve: (item, _args, { load }) => load.timeline.load(item),
  }),
  waitingBecause: t.field({
    type: [Reason],
    description: "Why it waits, or that it runs; at least one reason until it has ended.",
    extensions: { cost: 3, times: 3 },
    resolve: async (item, _args, { load }) => [...(await load.itemWaiting.load(item))],
  }),
}));

const ItemPage = builder.objectRef<Of<typeof items>>("ItemPage").implement({
  description: "A page may hold fewer than were asked for, or none, and not be the last.",
  fields: (t) => ({
    items: t.field({ type: [ItemType], resolve: (page) => page.items }),
    next: t.exposeInt("next", {
      nullable: true,
      description: "What to send as `after` for the next page; null at the end.",
    }),
  }),
});

builder.objectFields(RunType, (t) => ({
  items: t.field({
    type: ItemPage,
    description: "The items in the order of the run. A search reads 2,000 transcripts at a time.",
    extensions: { cost: 5 },
    args: {
      first: t.arg.int({ required: true, defaultValue: 20, description: "1 to 100." }),
      after: t.arg.int(),
      state: t.arg({ type: ItemState }),
      modelId: t.arg.string(),
      search: t.arg.string({ description: "Words of the transcript, in upper or lower case." }),
    },
    resolve: ({ id: runId }, args, { load }) => load.items.load({ runId, wish: itemsWish(withoutNulls(args)) }),
  }),
  pauses: t.field({
    type: [PauseType],
    description: "What holds it now: pauses of itself, of its models, and of everything.",
    extensions: { cost: 2, times: 5 },
    resolve: (run, _args, { load }) => load.pauses.load(run),
  }),
}));

const Model = builder.objectRef<Of<typeof models>[number]>("Model").implement({
  description: "A model that a run may name.",
  fields: (t) => ({
    modelId: t.exposeString("modelId"),
    what: t.exposeString("what", { description: "What it is like, or where it is." }),
    atOnce: t.exposeInt("atOnce", {
      nullable: true,
      description: "How many conversations it takes at once; null before its first run.",
    }),
    running: t.exposeInt("running"),
    cutAt: t.expose("cutAt", { type: "DateTime", nullable: true, description: "When it last said: too many." }),
  }),
});

const DeadLetter = builder.objectRef<Of<typeof deadLetters>["letters"][number]>("DeadLetter").implement({
  description: "A conversation whose every attempt failed, and that nobody has redriven.",
  fields: (t) => ({
    itemId: t.exposeID("itemId"),
    runId: t.exposeID("runId"),
    definitionName: t.exposeString("definitionName"),
    title: t.exposeString("title"),
    modelId: t.exposeString("modelId"),
    repetition: t.exposeInt("repetition"),
    class: t.exposeString("class", { nullable: true }),
    error: t.exposeString("error", { nullable: true }),
    diedAt: t.expose("diedAt", { type: "DateTime" }),
  }),
});

const DeadLetters = builder.objectRef<Of<typeof deadLetters>>("DeadLetters").implement({
  fields: (t) => ({
    letters: t.field({ type: [DeadLetter], resolve: ({ letters }) => letters }),
    hasMore: t.exposeBoolean("hasMore"),
  }),
});

builder.queryFields((t) => ({
  item: t.field({
    type: ItemType,
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_root, { id }, { load }) => {
      const found = await load.item.load(id);
      if (!found) throw itemNotFound(id);
      return found;
    },
  }),
  models: t.field({
    type: [Model],
    description: "The models that a run may name here.",
    extensions: { cost: 3, times: 50 },
    resolve: (_root, _args, { load }) => load.models.load(),
  }),
  deadLetters: t.field({
    type: DeadLetters,
    description: "The oldest first: of one run, or of all.",
    extensions: { cost: 5 },
    args: {
      runId: t.arg.id(),
      first: t.arg.int({ required: true, defaultValue: 20, description: "1 to 100." }),
    },
    resolve: (_root, { runId, first }, { ctx }) => deadLetters(ctx, { runId: idIfGiven(runId), first }),
  }),
}));
