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
  crons: { jobs: "* * * * *" },
  invariants,
};
