import type { Module } from "../module.ts";

export const durableQueue: Module = {
  name: "durable-queue",
  sentence: "what an agent does in a browser outlives its tab, its network and itself",
  uses: [],
  writes: [],
};
