/** What this browser knows of a person, and the promises that went quiet. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { serverNow } from "#lib/browser/clock";
import type { NewTask } from "#modules/durable-queue";
import type { Finding } from "../observe.ts";
import type { Settled } from "../settle.ts";
import { GOALS, reports, todaysShift } from "./learn.ts";
import { memoryOf, type Open, useMemory } from "./open.ts";

/** The memory of one person: the brief, each sentence with its claims, goals, and the findings of the observers. */
export function useKnown(agentId: number, userId: string | null) {
  useMemory(agentId);
  return useQuery({
    queryKey: ["call-memory", agentId, "known", userId],
    enabled: userId !== null,
    retry: false,
    queryFn: async () => {
      const { memory } = await memoryOf(agentId);
      const [brief, findings, ...goals] = await Promise.all([
        memory.summary(`user_brief:${userId}`),
        memory.findingsOf(userId!),
        ...GOALS.map((goal) => memory.goal(`${userId}:${goal}`)),
      ]);
      return {
        brief: brief?.sentences ?? [],
        findings: findings.filter((found) => found.proposal === null && !isDormant(found)),
        dormant: await dormantOf(memory, findings),
        goals: goals.filter((goal) => goal !== null && goal.percent > 0).map((goal) => goal!),
      };
    },
  });
}

/** A promise that was not mentioned for a day, with the chain by which it is settled. */
export type Dormant = Pick<Finding, "id" | "userId" | "sentence"> & { chainId: string; userName: string };

const DORMANT = "dormant_chain:";
const isDormant = ({ observer }: Finding) => observer.startsWith(DORMANT);

async function dormantOf(memory: Open["memory"], findings: readonly Finding[]): Promise<Dormant[]> {
  return await Promise.all(
    findings.filter(isDormant).map(async ({ id, sentence, observer, userId }) => ({
      id,
      userId,
      sentence,
      chainId: observer.slice(DORMANT.length),
      userName: (await memory.unitsOf(userId)).at(-1)?.userName ?? `customer ${userId}`,
    })),
  );
}

/** The dormant promises of all persons. */
export function useDormant(agentId: number): Dormant[] {
  useMemory(agentId);
  const { data = [] } = useQuery({
    queryKey: ["call-memory", agentId, "dormant"],
    retry: false,
    queryFn: async () => {
      const { memory } = await memoryOf(agentId);
      return await dormantOf(memory, await memory.findings());
    },
  });
  return data;
}

/**
 * Settles a promise that went quiet: it was kept in another way, or is not wanted any more. The summaries that mention it are written
 * again.
 */
export function useSettle(agentId: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (settled: Settled) => {
      const [{ memory, queue }, { settleChain }] = await Promise.all([memoryOf(agentId), import("../index.ts")]);
      await settleChain(memory, settled, new Date(serverNow()));
      const [userId = ""] = settled.chainId.split(":");
      const brief: NewTask = { type: "generate_synthesis", payload: { type: "user_brief", params: { userId } } };
      await queue.enqueueBatch([brief, ...reports(todaysShift(agentId))]);
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["call-memory", agentId] }),
  });
}

/** Deletes the claims of this browser about one person. */
export function useForget(agentId: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (userId: string) => await (await memoryOf(agentId)).memory.eraseUser(userId),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["call-memory", agentId] }),
  });
}

/** All data from the agent's notes in this browser, as the text of a file. */
export async function exportNotes(agentId: number): Promise<string> {
  return await (await memoryOf(agentId)).memory.export();
}
