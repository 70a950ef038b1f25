import { codes } from "./codes.ts";
import { personalData } from "./personal-data.ts";
import { invariants } from "./invariants.ts";
import { limits } from "./settings.ts";
import type { Module } from "../module.ts";

export const callbacks: Module = {
  name: "callbacks",
  sentence: "promises: scheduled, queued, accepted, snoozed, moved, released, settled",
  uses: ["agents", "call-queue", "messages"],
  writes: [
    "callback_events",
    "callback_notifications",
    "callback_reminders",
    "callback_texts",
    "callbacks",
    "tick_runs",
  ],
  codes,
  limits,
  invariants,
  personalData,
};
