/** Agents, from a browser. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import { ask, press, queryOf } from "#lib/browser/api";
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

/** Every agent. Refetched every half minute. */
export const useAgents = () => useQuery({ queryKey: ["agents"], queryFn: readAgents, refetchInterval: 30_000 });

/** One request reads 500 agents at most. */
async function readAgents(): Promise<{ agents: ListedAgent[] }> {
  const agents: ListedAgent[] = [];
  let cursor: number | null | undefined;
  while (cursor !== null) {
    const page: z.infer<typeof listAgentsAnswer> = await timed(ask(`GET /agents${queryOf({ limit: 500, cursor })}`));
    agents.push(...page.agents);
    cursor = page.nextCursor;
  }
  return { agents };
}

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
