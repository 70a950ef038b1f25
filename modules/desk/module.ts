import type { Module } from "../module.ts";

export const desk: Module = {
  name: "desk",
  sentence: "the screen of an agent: the next call, the day, a user's story",
  uses: ["agents", "call-queue", "callbacks", "calls", "durable-queue"],
  writes: [],
};
