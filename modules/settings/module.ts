import type { Module } from "../module.ts";

export const settings: Module = {
  name: "settings",
  sentence: "the limits, opening hours and names of queues of the desk, as supervisors set them",
  uses: ["call-queue"],
  writes: ["desk_calendar", "desk_queue_names", "desk_settings"],
};
