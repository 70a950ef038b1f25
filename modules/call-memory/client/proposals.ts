/** Callbacks that notes promise, for the agent to take, change or dismiss. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ask, press, queryOf } from "#lib/browser/api";
import { serverNow } from "#lib/browser/clock";
import type { Finding, KnownCallback } from "../observe.ts";
import type { RuleRecord } from "../proposals.ts";
import { memoryOf, useMemory } from "./open.ts";

/** A callback that the notes of a call promise and nobody has scheduled. */
export type Proposal = Pick<Finding, "id" | "userId" | "sentence"> & {
  userName: string;
  callSessionId: string;
  reason: string;
  zone: string;
  isZoneKnown: boolean;
  /** The time as the person's clock shows it, and its instant; null: no day is certain, or the time has passed. */
  time: { local: string; instant: string } | null;
};

/** Callbacks that notes promise and nobody has scheduled. A promise for which the server has a callback is left out. */
export function useProposals(agentId: number): Proposal[] {
  useMemory(agentId);
  const { data: found = [] } = useQuery({
    queryKey: ["call-memory", agentId, "proposals"],
    retry: false,
    queryFn: () => proposals(agentId),
  });
  const ids = found.map(({ id }) => id);
  // A query of the desk, so that every action at the desk refetches it.
  const {
    data: kept,
    isPending,
    failureCount,
    errorUpdateCount,
  } = useQuery({
    queryKey: ["desk", agentId, "proposals that are kept", ids],
    enabled: ids.length > 0,
    retry: false,
    queryFn: () => keptAtServer(agentId, found),
  });
  // When the server does not answer, the agent decides.
  const isAsking = isPending && failureCount + errorUpdateCount === 0;
  return isAsking ? [] : found.filter(({ id }) => !kept?.includes(id));
}

async function proposals(agentId: number): Promise<Proposal[]> {
  const [{ memory }, { instantOf }] = await Promise.all([memoryOf(agentId), import("#lib/time/zone")]);
  const found = (await memory.findings()).filter(({ proposal }) => proposal !== null);
  const now = serverNow();
  return await Promise.all(
    found.map(async ({ id, userId, sentence, claimIds, proposal }) => {
      const claim = (await memory.claimsOf(userId)).find((one) => one.id === claimIds[0]);
      const unit = claim ? await memory.unit(claim.unitId) : null;
      const { local, zone, reason } = proposal!;
      const instant = local === null ? null : instantOf(local, zone);
      return {
        id,
        userId,
        sentence,
        reason,
        zone,
        userName: unit?.userName ?? `customer ${userId}`,
        callSessionId: unit?.id ?? "",
        isZoneKnown: unit?.isZoneKnown ?? false,
        time: instant && instant.getTime() > now ? { local: local!, instant: instant.toISOString() } : null,
      };
    }),
  );
}

/** The ids of the proposals that an open callback keeps already. */
async function keptAtServer(agentId: number, found: readonly Proposal[]): Promise<string[]> {
  const [{ memory }, { keeps }] = await Promise.all([memoryOf(agentId), import("../observe.ts")]);
  const kept: string[] = [];
  for (const userId of new Set(found.map((one) => one.userId))) {
    const asked = queryOf({ userId, status: "pending,accepted", limit: 100 });
    const { callbacks } = await ask<{ callbacks: KnownCallback[] }>(`GET /callbacks${asked}`);
    const claims = new Map((await memory.claimsOf(userId)).map((claim) => [claim.id, claim]));
    for (const finding of await memory.findingsOf(userId)) {
      const claim = finding.proposal && claims.get(finding.claimIds[0]!);
      if (claim && callbacks.some((callback) => keeps(callback, claim))) kept.push(finding.id);
    }
  }
  return kept;
}

/** The records of the rules that propose, by this agent's decisions, the stopped ones first. */
export function useRuleRecords(agentId: number): RuleRecord[] {
  useMemory(agentId);
  const { data = [] } = useQuery({
    queryKey: ["call-memory", agentId, "rule records"],
    retry: false,
    queryFn: async () => {
      const [{ memory }, { ruleRecords }] = await Promise.all([memoryOf(agentId), import("../proposals.ts")]);
      return ruleRecords(await memory.verdicts());
    },
  });
  return data;
}

type Scheduled = { scheduledFor: string; conflicts: string[] };
type Decision = { proposal: Proposal; verdict: "accepted" | "edited" | "dismissed"; scheduledFor?: string };

/**
 * Decides on a proposal. A proposal that the agent takes, as it is or at another time, becomes one callback at the server, however
 * often the button is pressed and in however many windows. The verdict counts for the rule that proposed it, and a later reading of
 * the notes does not change the claim that was taken.
 */
export function useDecide(agentId: number, scheduled: (callback: Scheduled) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ proposal, verdict, scheduledFor }: Decision) => {
      const { id, userId, zone, time, reason, callSessionId } = proposal;
      const { memory } = await memoryOf(agentId);
      const when = scheduledFor ? { scheduledFor } : { scheduledFor: time?.local, timeZone: zone };
      const made =
        verdict === "dismissed"
          ? null
          : await press<Scheduled>(
              "POST /callbacks",
              {
                userId,
                ...when,
                callbackReason: reason.slice(0, 500),
                preferredAgentId: agentId,
                originalCallSessionId: callSessionId,
              },
              id,
            );
      await memory.decide(id, { verdict, at: new Date(serverNow()), scheduledFor: scheduledFor ?? null });
      return made;
    },
    onSuccess: (made) => {
      if (made) scheduled(made);
    },
    onSettled: async () => {
      await Promise.all([
        queries.invalidateQueries({ queryKey: ["call-memory", agentId] }),
        queries.invalidateQueries({ queryKey: ["desk"] }),
      ]);
    },
  });
}
