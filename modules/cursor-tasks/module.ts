import { codes } from "./codes.ts";
import { personalData } from "./personal-data.ts";
import { invariants } from "./invariants.ts";
import { senders } from "./senders.ts";
import { limits, services } from "./settings.ts";
import type { Module } from "../module.ts";

export const cursorTasks: Module = {
  name: "cursor-tasks",
  sentence: "tasks an outside agent works on, and the delivery of their results",
  uses: ["call-queue", "callbacks"],
  writes: ["cursor_tasks", "ended_conversations", "parked_results"],
  codes,
  limits,
  services,
  senders,
  crons: {
    "cursor-tasks": {
      schedule: "* * * * *",
      repeatable: "a task ends conditionally, a callback is unique by index; rows that another sweep holds are skipped",
    },
  },
  invariants,
  personalData,
};
