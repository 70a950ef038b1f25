/** Agents, from a browser. */
import { useQuery } from "@tanstack/react-query";
import type { z } from "zod";
import { ask } from "#lib/browser/api";
import type { listAgentsAnswer } from "./schema.ts";

/** The first 500 agents: enough to choose one from. */
export const useAgents = () =>
  useQuery({ queryKey: ["agents"], queryFn: () => ask<z.infer<typeof listAgentsAnswer>>("GET /agents?limit=500") });
