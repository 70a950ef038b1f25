/** The demo day, from a browser. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import { ask, press } from "#lib/browser/api";
import { usePress } from "#lib/browser/use-press";
import type { demoDayAnswer } from "./schema.ts";

export type DemoDay = z.infer<typeof demoDayAnswer>;

/** Whether there is a demo day, and whether it runs; asked again only where there is one. */
export const useDemoDay = () =>
  useQuery({
    queryKey: ["demo day"],
    queryFn: () => ask<DemoDay>("GET /demo/day"),
    refetchInterval: ({ state }) => (state.data?.isAvailable ? 10_000 : false),
  });

/** A demo day as this agent: it begins, and so does the shift. For who has just signed in, whose page knows nothing yet. */
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
