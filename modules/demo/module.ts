import { limits } from "./settings.ts";
import type { Module } from "../module.ts";

export const demo: Module = {
  name: "demo",
  sentence: "a simulated day, for somebody who wants to see the system work",
  uses: ["callbacks"],
  writes: ["demo_days"],
  limits,
};
