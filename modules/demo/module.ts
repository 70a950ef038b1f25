import { limits } from "./settings.ts";
import type { Module } from "../module.ts";

export const demo: Module = {
  name: "demo",
  sentence: "a simulated day that shows the system at work",
  uses: ["callbacks"],
  writes: ["demo_days"],
  limits,
};
