import type { Module } from "../module.ts";

export const durableQueue: Module = {
  name: "durable-queue",
  sentence: "an agent's actions in a browser survive its tab, its network and itself",
  uses: [],
  writes: [],
};
