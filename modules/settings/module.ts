import type { Module } from "../module.ts";

export const settings: Module = {
  name: "settings",
  sentence: "the limits and opening hours of the desk, as supervisors set them",
  uses: [],
  writes: ["desk_calendar", "desk_settings"],
};
