import { codes } from "./codes.ts";
import { personalData } from "./personal-data.ts";
import { invariants } from "./invariants.ts";
import { limits } from "./settings.ts";
import type { Module } from "../module.ts";

export const callQueue: Module = {
  name: "call-queue",
  sentence: "the line of users to call, and the claims on it",
  uses: [],
  writes: ["call_queue", "claims", "phone_numbers", "requirements", "user_call_scores", "user_numbers", "users"],
  codes,
  limits,
  crons: {
    "queue-refresh": {
      schedule: "*/5 * * * *",
      repeatable: "entries are made and removed conditionally; those that are being claimed are skipped",
    },
  },
  invariants,
  personalData,
};
