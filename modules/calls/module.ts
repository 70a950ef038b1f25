import { codes } from "./codes.ts";
import { personalData } from "./personal-data.ts";
import { invariants } from "./invariants.ts";
import { limits } from "./settings.ts";
import type { Module } from "../module.ts";

export const calls: Module = {
  name: "calls",
  sentence: "a call, its outcome, and its consequences",
  uses: ["agents", "call-queue", "callbacks"],
  writes: ["call_sessions"],
  codes,
  limits,
  crons: {
    "callback-notifications": {
      schedule: "* * * * *",
      repeatable: "entries are unique by index, every write is conditional, one transaction",
    },
  },
  invariants,
  personalData,
};
