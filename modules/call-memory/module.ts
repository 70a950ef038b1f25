import type { Module } from "../module.ts";

export const callMemory: Module = {
  name: "call-memory",
  sentence: "promises and facts that a browser reads from call notes",
  uses: ["durable-queue"],
  writes: [],
};
