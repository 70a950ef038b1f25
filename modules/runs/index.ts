/**
 * Evaluation runs: how models behave in the scenarios of a definition. A run queues one conversation per sampled scenario, model and
 * repetition, and can be watched, paused, resumed and cancelled.
 *
 *     PENDING --first conversation--> RUNNING --all ended--> COMPLETED, or FAILED when none has a result
 *        |                               |
 *        +--pause--> PAUSED <--pause-----+      resume returns it to the state before
 *        +--cancel--> CANCELLED <--cancel+
 *
 * Owns run_definitions, runs, run_scenarios, run_items, run_counts, run_item_events, run_transcripts and run_analyses.
 *
 * Promises: a run, the scenarios it took, its items and its jobs exist together or not at all; the run continues with its own copies
 * of the scenarios when its definition is deleted. An item has one result however often its job ran. A run ends once, when all of
 * its items have ended, and keeps its final state. A pause is a record that outlives every process, holds everything it covers,
 * and costs no attempt. The next sweep finishes the work of a process that died.
 *
 * Open first: `start.ts` (the run and its jobs), `probe.ts` (one conversation) and `finish.ts` (the end of the run).
 */
export { compareRuns } from "./compare.ts";
export { analysesOf, analysis, analyzeAgain } from "./analyze.ts";
export {
  createDefinition,
  definition,
  definitionNotFound,
  definitions,
  definitionsById,
  deleteDefinition,
  scenarioCounts,
  scenariosWish,
} from "./definitions.ts";
export { scenariosOf } from "./sql/read-scenarios.ts";
export { drainForCron, HANDLERS, runWorker } from "./drain.ts";
export { failureGroups, redriveDeadLetters, retryFailed } from "./failures.ts";
export { failureGroupsOf } from "./sql/group-failures.ts";
export { deadLetters } from "./dead-letters.ts";
export { item, itemNotFound, items, itemsById, itemsOf } from "./items.ts";
export { itemsWish } from "./items-wish.ts";
export { models } from "./models.ts";
export { pausesOf, progress, progressOf, recentTasks, taskLimit } from "./progress.ts";
export { recentTasksOf } from "./sql/recent-tasks.ts";
export { startRun } from "./start.ts";
export { cancelRun, pauseModel, pauseQueue, pauseRun, resumeModel, resumeQueue, resumeRun } from "./steer.ts";
export { queueStatus } from "./queue-status.ts";
export { timeline, timelinesOf } from "./timeline.ts";
export { analysesWaitingOf, itemsWaitingOf, waitingBecause, waitingOf } from "./waiting.ts";
export { countProgress } from "./sql/progress.ts";
export { runsOf } from "./sql/find-runs.ts";
export { run, runNotFound, runs } from "./store.ts";
