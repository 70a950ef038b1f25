import type { queueStatus } from "#modules/runs";
import { builder } from "./builder.ts";

type Status = Awaited<ReturnType<typeof queueStatus>>;

export const PauseType = builder.objectRef<Status["pauses"][number]>("Pause").implement({
  description: "What holds a run, a model, or the whole queue; it ends by itself at `until`.",
  fields: (t) => ({
    id: t.exposeID("id"),
    scope: t.field({
      type: builder.enumType("PauseScope", { values: ["run", "model", "queue"] }),
      resolve: ({ scope }) => scope,
    }),
    target: t.exposeString("target", { description: "The id of the run or of the model; `*` is everything." }),
    isHard: t.exposeBoolean("isHard", {
      description: "Running conversations return at their next turn; otherwise they finish.",
    }),
    isAutomatic: t.exposeBoolean("isAutomatic", {
      description: "Made by Ringback itself, for as long as a model asks for.",
    }),
    pausedBy: t.exposeString("pausedBy"),
    why: t.exposeString("why", { nullable: true }),
    startedAt: t.expose("startedAt", { type: "DateTime" }),
    until: t.expose("until", { type: "DateTime", nullable: true }),
  }),
});

const JobCounts = builder.objectRef<Status["totals"]>("JobCounts").implement({
  description: "How many jobs are in each state, of those that are still kept.",
  fields: (t) => ({
    pending: t.exposeInt("pending"),
    active: t.exposeInt("active"),
    completed: t.exposeInt("completed"),
    failed: t.exposeInt("failed"),
    cancelled: t.exposeInt("cancelled"),
  }),
});

const JobType = builder.objectRef<Status["jobTypes"][number]>("JobType").implement({
  fields: (t) => ({
    type: t.exposeString("type", { description: "Such as `probe:scenario`." }),
    pending: t.exposeInt("pending"),
    active: t.exposeInt("active"),
    completed: t.exposeInt("completed"),
    failed: t.exposeInt("failed"),
    cancelled: t.exposeInt("cancelled"),
  }),
});

const ModelLimit = builder.objectRef<Status["models"][number]>("ModelLimit").implement({
  description: "How many conversations a model takes at once, and has now.",
  fields: (t) => ({
    modelId: t.exposeString("modelId"),
    atOnce: t.exposeInt("atOnce"),
    running: t.exposeInt("running"),
    cutAt: t.expose("cutAt", {
      type: "DateTime",
      nullable: true,
      description: "When it was last asked to take fewer, because it said: too many.",
    }),
  }),
});

const QueueStatusType = builder.objectRef<Status>("QueueStatus").implement({
  fields: (t) => ({
    isRunning: t.exposeBoolean("isRunning", {
      description: "A worker was seen lately, and nothing pauses everything.",
    }),
    isPaused: t.exposeBoolean("isPaused"),
    workers: t.exposeInt("workers"),
    lastSeenAt: t.expose("lastSeenAt", { type: "DateTime", nullable: true }),
    jobTypes: t.field({ type: [JobType], extensions: { times: 3 }, resolve: ({ jobTypes }) => [...jobTypes] }),
    totals: t.expose("totals", { type: JobCounts }),
    pauses: t.field({ type: [PauseType], extensions: { times: 20 }, resolve: ({ pauses }) => [...pauses] }),
    models: t.field({ type: [ModelLimit], extensions: { times: 50 }, resolve: ({ models }) => [...models] }),
  }),
});

builder.queryFields((t) => ({
  queueStatus: t.field({
    type: QueueStatusType,
    description: "How the queues stand, with everything that is paused.",
    extensions: { cost: 20 },
    resolve: (_root, _args, { load }) => load.queue.load(),
  }),
}));
