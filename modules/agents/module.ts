import { codes } from "./codes.ts";
import { invariants } from "./invariants.ts";
import { limits } from "./settings.ts";
import type { Module } from "../module.ts";

export const agents: Module = {
  name: "agents",
  sentence: "agents: their rights, and whether they are present",
  uses: [],
  writes: ["agent_sessions", "agents", "browser_reports"],
  codes,
  limits,
  invariants,
};
