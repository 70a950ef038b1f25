import { retireDefinitions, retireRuns, RUNS } from "./sql/retire.ts";
import { invariants } from "./invariants.ts";
import type { Module } from "../module.ts";

export const runs: Module = {
  name: "runs",
  sentence: "models are put to scenarios: started, paused, watched, ended",
  uses: ["jobs"],
  writes: [
    "run_analyses",
    "run_counts",
    "run_definitions",
    "run_item_events",
    "run_items",
    "run_scenarios",
    "run_transcripts",
    "runs",
  ],
  crons: {
    jobs: {
      schedule: "* * * * *",
      repeatable: "one worker claims a job, and only its last claim settles it; jobs that another drains are skipped",
    },
  },
  invariants,
  // A run names no user; the texts of its scenarios are deleted with the run.
  personalData: {
    retire: ({ retentionDays }) => [
      { rows: "runs", days: retentionDays, most: RUNS, retire: retireRuns },
      { rows: "runDefinitions", days: retentionDays, retire: retireDefinitions },
    ],
  },
};
