import { retirePauses } from "./sql/retire.ts";
import { limits, services } from "./settings.ts";
import type { Module } from "../module.ts";

export const jobs: Module = {
  name: "jobs",
  sentence: "the queues of runs, and their workers",
  uses: [],
  writes: ["job_lanes", "job_models", "job_pauses", "job_shares", "job_workers"],
  limits,
  services,
  personalData: { retire: ({ retentionDays }) => [{ rows: "runPauses", days: retentionDays, retire: retirePauses }] },
};
