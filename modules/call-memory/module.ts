import type { Module } from "../module.ts";

export const callMemory: Module = {
  name: "call-memory",
  sentence: "what a browser learns from call notes by itself",
  uses: ["durable-queue"],
  writes: [],
};
