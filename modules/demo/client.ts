/** The demo day, from a browser. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import { ask, press } from "#lib/browser/api";
import { usePress } from "#lib/browser/use-press";
import type { demoDayAnswer } from "./schema.ts";

export type DemoDay = z.infer<typeof demoDayAnswer>;

/** Whether a demo day is available, and whether it runs; refetched only where one is available. */
export const useDemoDay = () =>
  useQuery({
    queryKey: ["demo day"],
    queryFn: () => ask<DemoDay>("GET /demo/day"),
    refetchInterval: ({ state }) => (state.data?.isAvailable ? 10_000 : false),
  });

/** Starts the demo day and the shift of this agent. For a person who has just signed in, whose page has read nothing yet. */
export async function beginDemoDay(): Promise<void> {
  await ask("PUT /demo/day", { isRunning: true });
  const { agentId } = await ask<{ agentId: number | null }>("GET /me");
  if (agentId !== null) await ask(`PUT /agents/${agentId}/session`, { status: "available" });
}

export const useRunDemoDay = () => {
  const queries = useQueryClient();
  return usePress({
    mutationFn: (isRunning: boolean) => press<DemoDay>("PUT /demo/day", { isRunning }),
    onSuccess: (day) => queries.setQueryData(["demo day"], day),
  });
};
