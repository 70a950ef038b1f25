/** Agents, from a browser. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import { ask, press } from "#lib/browser/api";
import { timed } from "#lib/browser/clock";
import { usePress } from "#lib/browser/use-press";
import type {
  agentAnswer,
  changeAgentInput,
  createAgentInput,
  explainUnsentInput,
  listAgentsAnswer,
  logOutAnswer,
  unsentAnswer,
} from "./schema.ts";

export { QUEUE_TYPES as QUEUES } from "./rules.ts";
export type ListedAgent = z.infer<typeof listAgentsAnswer>["agents"][number];

/** The first 500 agents: enough to choose one from. Refetched every half minute. */
export const useAgents = () =>
  useQuery({
    queryKey: ["agents"],
    queryFn: () => timed(ask<z.infer<typeof listAgentsAnswer>>("GET /agents?limit=500")),
    refetchInterval: 30_000,
  });

/** Logs out an agent who forgot to, or who is ill. */
export const useLogOut = () =>
  useChange((agentId: number) => press<z.infer<typeof logOutAnswer>>(`DELETE /agents/${agentId}/session`));

export const useAddAgent = () =>
  useChange((input: z.input<typeof createAgentInput>) => press<z.infer<typeof agentAnswer>>("POST /agents", input));

export const useChangeAgent = () =>
  useChange(({ agentId, ...changes }: z.input<typeof changeAgentInput>) =>
    press<z.infer<typeof agentAnswer>>(`PATCH /agents/${agentId}`, changes),
  );

/** Explains what became of a browser that did not come back, and clears its report. */
export const useExplainUnsent = () =>
  useChange(({ agentId, ...explained }: z.input<typeof explainUnsentInput>) =>
    press<z.infer<typeof unsentAnswer>>(`POST /agents/${agentId}/unsent/explain`, explained),
  );

/** A mutation that refetches the agents. */
function useChange<I, A>(mutationFn: (input: I) => Promise<A>) {
  const queries = useQueryClient();
  return usePress({ mutationFn, onSettled: () => queries.invalidateQueries({ queryKey: ["agents"] }) });
}
