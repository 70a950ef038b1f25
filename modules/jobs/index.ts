/**
 * The engine of runs: queues on pg-boss in the same PostgreSQL, and the processes that drain them.
 *
 * Owns job_pauses, job_models, job_shares, job_lanes and job_workers. The schema `pgboss` belongs to pg-boss, which writes it; only
 * conversations are claimed, given back and cancelled in bulk by statements of this module, because pg-boss has no pause.
 *
 * Promises: jobs are queued with the commit of the caller's transaction or not at all. Once a pause is committed, no job that it
 * covers begins, and waiting costs no attempt however long it lasts. Only the last claimant of a job can settle it; an attempt
 * without a sign of life is repeated after a missed heartbeat or its expiry. A model gets no more conversations at once than it
 * bears, and no run starves.
 *
 * Open first: `drain.ts`, the loop of a worker. `places.ts` holds its jobs under way, `owed-writes.ts` the writes that it makes up
 * for, and `upkeep.ts` its heartbeats and maintenance; `sql/claim.ts` takes jobs, and `settle.ts` ends them.
 */
export { knownModels, type Models } from "./ask.ts";
export { converse, type Script, Stopped, type Turn } from "./converse.ts";
export { drain, type Drained } from "./drain.ts";
export type { Handlers } from "./handlers.ts";
export { cancelProbes, closeLanes, enqueueAnalysis, enqueueProbes } from "./enqueue.ts";
export { cutLimit, growLimit } from "./sql/model-limits.ts";
export { type Pause, pause, pausesNow, type PauseTarget, resume } from "./pauses.ts";
export { modelAccess } from "./model-access.ts";
export { openQueues } from "./queues.ts";
export { spawnPython } from "./python.ts";
export {
  type AnalysisKind,
  CONVERSATION_MS,
  JobError,
  PROBE,
  type Priority,
  SCRIPT_MS,
  shownQueue,
  THROTTLE_SECONDS,
  THROTTLED_MOST_SECONDS,
} from "./rules.ts";
export { deadLetters, takeDeadLetters } from "./dead-letters.ts";
export { type QueueState, queueState } from "./status.ts";
export {
  countActive,
  countAnalyses,
  type QueueCounts,
  runsAhead,
  standingOf,
  waitingAnalyses,
} from "./sql/standing.ts";
export { lostJobs } from "./sql/lost.ts";
export { completeJob, failJob } from "./settle.ts";
export type { Claimed } from "./sql/claim.ts";
export { checkIn, giveBack } from "./sql/settle.ts";
