import { kept } from "./kept.ts";
import { limits } from "./settings.ts";
import type { Module } from "../module.ts";

export const personalData: Module = {
  name: "personal-data",
  sentence: "the stored data of a person: exported, erased, deleted when it is old",
  uses: ["call-queue", "callbacks", "calls", "messages"],
  writes: ["idempotency_keys"],
  limits,
  crons: {
    retention: {
      schedule: "15 3 * * *",
      repeatable: "whole batches; rows that another sweep holds are skipped",
    },
  },
  personalData: kept,
};
