/** The memory of this browser, for screens. The rules are loaded when they are first needed, not with the page. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { ask, press, queryOf } from "#lib/browser/api";
import { serverNow, timed } from "#lib/browser/clock";
import type { NewTask } from "#modules/durable-queue";
import type { Finding, KnownCallback } from "./observe.ts";
import type { RuleRecord } from "./proposals.ts";
import type { Unit } from "./schema.ts";
import type { Settled } from "./settle.ts";
import type { Summary } from "./summaries.ts";

export type { Settlement } from "./proposals.ts";

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

type ErasedUsers = { userIds: string[]; now: string };

const LOOK_FOR = ["promise_without_callback", "repeated_objection", "risk_words", "contradiction"] as const;
const GOALS = ["signature", "documents", "callback_kept"] as const;
const HOUR_MS = 3_600_000;

type Open = Awaited<ReturnType<typeof openFor>>;
const opened = new Map<number, Promise<Open>>();

/** The memory of one agent in this browser, and the queue that works on it. Fails in a browser without storage. */
function memoryOf(agentId: number): Promise<Open> {
  const opening = opened.get(agentId) ?? openFor(agentId);
  opened.set(agentId, opening);
  // The next use retries a failed load.
  opening.catch(() => opened.delete(agentId));
  return opening;
}

async function openFor(agentId: number) {
  const [{ CallMemory, memoryTypes, readInWorker }, { DurableQueue, QueueRunner }] = await Promise.all([
    import("./index.ts"),
    import("#modules/durable-queue"),
  ]);
  const person = String(agentId);
  const memory = await CallMemory.open(person);
  const types = memoryTypes({ memory, now: () => new Date(serverNow()), pause: nextTurn, read: readInWorker });
  const name = `ringback-call-memory-tasks:${person}`;
  const queue = new DurableQueue({ name, userId: person, types, now: serverNow });
  const runner = new QueueRunner({ queue, now: serverNow });
  const tendNow = () => tend(agentId, { memory, queue }).catch(() => undefined);
  void tendNow().then(() => runner.start());
  setInterval(() => void tendNow(), HOUR_MS);
  return { memory, queue };
}

/**
 * Loads everything that reading notes needs, so that a stored page can read notes without a connection. Returns the addresses of the files
 * that were not loaded by the page itself.
 */
export async function loadReader(): Promise<string[]> {
  const [{ loadGrammar, loadWorker }] = await Promise.all([import("./index.ts"), import("#modules/durable-queue")]);
  const files = await loadWorker();
  if (files === undefined) await loadGrammar();
  return files ?? [];
}

/** Lets the page answer a key or a click before the next sentence is read. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}

/**
 * The upkeep of the memory: it forgets people who were erased at the server, lets old claims fade, and raises promises that went
 * quiet. It runs once an hour in one of the tabs; without a network an hour later.
 */
async function tend(agentId: number, { memory, queue }: Pick<Open, "memory" | "queue">): Promise<void> {
  const { chainsOfUser } = await import("./index.ts");
  const kept = await memory.userIds();
  if (kept.length === 0) return;
  // The clock of this machine may be wrong, so only the server's clock, which comes with this answer, decides what is old.
  const erased = await timed(ask<ErasedUsers>(`GET /agents/${agentId}/erased-users`));
  for (const userId of erased.userIds) await memory.eraseUser(userId);
  const hour = new Date(serverNow()).toISOString().slice(0, 13);
  const tasks: NewTask[] = [{ type: "decay_claims", payload: {}, id: `decay_claims ${hour}` }];
  for (const userId of kept) {
    for (const { id, owed } of await chainsOfUser(memory, userId, new Date(serverNow())))
      if (owed) tasks.push({ type: "check_chain_dormancy", payload: { chainId: id }, id: `check ${id} ${hour}` });
    await nextTurn();
  }
  await queue.enqueueBatch(tasks);
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

/** Every query of the memory runs again after the queue has done something. */
function useMemory(agentId: number) {
  const queries = useQueryClient();
  useEffect(() => {
    let isGone = false;
    let unlisten = () => {};
    const listening = memoryOf(agentId).then(({ queue }) => {
      if (!isGone) unlisten = queue.subscribe(() => queries.invalidateQueries({ queryKey: ["call-memory", agentId] }));
    });
    // A browser without storage learns nothing; the desk works without it.
    listening.catch(() => {});
    return () => {
      isGone = true;
      unlisten();
    };
  }, [agentId, queries]);
}

/**
 * Stores the notes of a call at once and extracts claims from them in the background, also in a page that is opened after this one
 * was closed. The new claims replace those of an earlier reading of the same call. `scheduled`: the callbacks with this person that
 * the desk knows of. A browser without storage learns nothing.
 */
export async function learnFrom(
  agentId: number,
  call: Omit<Unit, "sessionId">,
  scheduled: readonly string[],
): Promise<void> {
  const { memory, queue } = await memoryOf(agentId);
  // Empty notes matter only when an undone outcome had notes and is saved again without them.
  if (call.notes === "" && (await memory.unit(call.id)) === null) return;
  const { at } = call;
  const day = dayOf(at);
  const unit = { ...call, sessionId: `${agentId} on ${day}` };
  await memory.putUnit(unit);
  const { id: unitId, userId, sessionId } = unit;
  const extract = `extract ${unitId} ${at}`;
  const after = [extract];
  const callbacks = scheduled.map((scheduledFor) => ({ userId, scheduledFor }));
  const raised = (await memory.findingsOf(userId)).filter(({ observer }) => observer.startsWith("dormant_chain:"));
  await queue.enqueueBatch([
    { type: "extract_from_unit", payload: { unitId }, id: extract },
    { type: "consolidate_memory", payload: { sessionId }, dependsOn: after },
    ...observations(userId, callbacks, after),
    { type: "generate_synthesis", payload: { type: "user_brief", params: { userId } }, dependsOn: after },
    ...GOALS.map((goal) => ({ type: "check_goal_progress", payload: { goalId: `${userId}:${goal}` } })),
    ...raised.map(({ observer }) => ({
      type: "check_chain_dormancy",
      payload: { chainId: observer.slice("dormant_chain:".length) },
      dependsOn: after,
    })),
    ...reports({ sessionId, day }).map((task) => ({ ...task, dependsOn: after })),
  ]);
}

type Shift = { sessionId: string; day: string };

/** The summaries of a shift and its day. */
function reports({ sessionId, day }: Shift): NewTask[] {
  return [
    { type: "generate_session_summary", payload: { sessionId } },
    { type: "generate_synthesis", payload: { type: "handover", params: { sessionId } } },
    { type: "generate_synthesis", payload: { type: "day_report", params: { day } } },
  ];
}

/** The agent's shift of today, by this browser's clock. */
function todaysShift(agentId: number): Shift {
  const day = dayOf(new Date(serverNow()).toISOString());
  return { day, sessionId: `${agentId} on ${day}` };
}

/** The date by this browser's clock, such as `2026-03-02`. */
function dayOf(at: string): string {
  return new Date(at).toLocaleDateString("sv-SE");
}

function observations(userId: string, callbacks: KnownCallback[], dependsOn: string[]): NewTask[] {
  return LOOK_FOR.map((observerId) => ({
    type: "run_observer",
    payload: { observerId, context: { userIds: [userId], callbacks } },
    dependsOn,
  }));
}

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

/** Settles a promise that went quiet: it was kept in another way, or is not wanted any more. The summaries that mention it are written again. */
export function useSettle(agentId: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (settled: Settled) => {
      const [{ memory, queue }, { settleChain }] = await Promise.all([memoryOf(agentId), import("./index.ts")]);
      await settleChain(memory, settled, new Date(serverNow()));
      const [userId = ""] = settled.chainId.split(":");
      const brief: NewTask = { type: "generate_synthesis", payload: { type: "user_brief", params: { userId } } };
      await queue.enqueueBatch([brief, ...reports(todaysShift(agentId))]);
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["call-memory", agentId] }),
  });
}

/** A sentence of a report with the calls it comes from: whose, when, and the words of the note. */
export type Sourced = { text: string; sources: { id: string; userName: string; at: string; quote: string }[] };

/** The summaries of today's notes: `handover` for the colleague who takes over, `day` for the agent; with the number of calls. */
export function useReports(agentId: number): { title: string; handover: Sourced[]; day: Sourced[] } | null {
  useMemory(agentId);
  const { data } = useQuery({
    queryKey: ["call-memory", agentId, "reports"],
    retry: false,
    queryFn: async () => {
      const { memory } = await memoryOf(agentId);
      const { sessionId, day } = todaysShift(agentId);
      const [session, handover, report] = await Promise.all(
        [`session:${sessionId}`, `handover:${sessionId}`, `day_report:${day}`].map((key) => memory.summary(key)),
      );
      return {
        title: session?.title ?? "",
        handover: await sourced(memory, handover?.sentences ?? []),
        day: await sourced(memory, report?.sentences ?? []),
      };
    },
  });
  return data && data.handover.length + data.day.length > 0 ? data : null;
}

async function sourced(memory: Open["memory"], sentences: Summary["sentences"]): Promise<Sourced[]> {
  return await Promise.all(
    sentences.map(async ({ text, sources }) => {
      const claims = await Promise.all(sources.map((id) => memory.claim(id)));
      const found = claims.filter((claim) => claim !== null);
      const units = await Promise.all(found.map(({ unitId }) => memory.unit(unitId)));
      return {
        text,
        sources: found.map(({ id, at, userId, text: quote }, n) => {
          return { id, at, quote, userName: units[n]?.userName ?? `customer ${userId}` };
        }),
      };
    }),
  );
}

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
  const [{ memory }, { keeps }] = await Promise.all([memoryOf(agentId), import("./observe.ts")]);
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
      const [{ memory }, { ruleRecords }] = await Promise.all([memoryOf(agentId), import("./proposals.ts")]);
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
