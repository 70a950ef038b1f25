/** The desk, from a browser: what is polled, and every action with what it shows before the server has agreed. */
import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import { ask, poll, press, queryOf } from "#lib/browser/api";
import { timed } from "#lib/browser/clock";
import { usePress } from "#lib/browser/use-press";
import type { sessionAnswer } from "#schema/agents";
import type { takeNextAnswer } from "#schema/call-queue";
import type { pendingAnswer, snoozeAnswer, whenAnswer } from "#schema/callbacks";
import type { RecordOutcomeAnswer } from "#schema/calls";
import type { deskAnswer, storyAnswer } from "./schema.ts";

export type Desk = z.infer<typeof deskAnswer>;
export type Hero = NonNullable<Desk["hero"]>;
export type Pending = z.infer<typeof pendingAnswer>;
export type PendingCallback = Pending["callbacks"][number];
export type Story = z.infer<typeof storyAnswer>;
export type When = z.infer<typeof whenAnswer>;
export type Status = "available" | "break" | "on_call" | "offline";
export type Decision = Exclude<Status, "on_call">;
export type Outcome = {
  callSessionId: string;
  outcomeType: string;
  notes?: string;
  callback?: { scheduledFor: string; callbackReason?: string };
  /** Promises that the call covers and did not settle, each with its new time. */
  stillOpen?: { callbackId: number; scheduledFor: string }[];
};

/** Often while somebody looks, seldom while the page is hidden: a browser throttles it then anyway. */
const every = (milliseconds: number) => () => (globalThis.document?.hidden ? 30_000 : milliseconds);

/** What is due within ten minutes or late. */
export const usePending = (agentId: number) =>
  useQuery({
    queryKey: ["desk", agentId, "pending"],
    queryFn: () => timed(poll<Pending>(`/agents/${agentId}/pending-callbacks`)),
    refetchInterval: every(3_000),
    refetchIntervalInBackground: true,
  });

/** The one big thing, the status and the day; of nobody there is none. */
export const useDesk = (agentId: number | null) =>
  useQuery({
    queryKey: ["desk", agentId, "desk"],
    enabled: agentId !== null,
    queryFn: () => {
      const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
      return timed(poll<Desk>(`/agents/${agentId}/desk${queryOf({ timeZone })}`));
    },
    refetchInterval: every(5_000),
    refetchIntervalInBackground: true,
  });

/** The user's story, or nothing while there is no user. */
export const useStory = (userId: string | null) =>
  useQuery({
    queryKey: ["desk", "story", userId],
    queryFn: () => poll<Story>(`/users/${userId}/story`),
    enabled: userId !== null,
    refetchInterval: every(15_000),
  });

/** What the words mean; asked for once they have not changed for a moment. */
export const useWhen = (userId: string, text: string) =>
  useQuery({
    queryKey: ["desk", "when", userId, text],
    queryFn: () => ask<When>("POST /callbacks/when", { userId, text }),
    enabled: text.trim() !== "",
    retry: false,
  });

type List = PendingCallback[];
/** Called when a mutation has settled, also when the component that began it is gone by then. */
type Callbacks<I, A> = { done?: (answer: A, input: I) => void; failed?: (error: Error, input: I) => void };

/** What the agent decides: it holds in every window until the next decision. */
export const useReport = (agentId: number, callbacks?: Callbacks<Decision, unknown>) =>
  useDeskMutation({
    agentId,
    callbacks,
    send: (status: Decision) => press<z.infer<typeof sessionAnswer>>(`PUT /agents/${agentId}/session`, { status }),
  });

/** Says that the page is still open. It carries no status, so it can undo no decision. */
export const stayAlive = (agentId: number): Promise<unknown> => ask(`PUT /agents/${agentId}/session`, {});

/** A promise, and whose it is. */
export type Promised = Pick<PendingCallback, "id" | "userName">;

export const useAccept = (agentId: number, callbacks?: Callbacks<Promised, unknown>) =>
  useDeskMutation({
    agentId,
    callbacks,
    send: ({ id }: Promised) => press<unknown>("POST /callbacks/accept", { callbackId: id, agentId }),
    optimistic: (list, { id }) => list.map((one) => (one.id === id ? { ...one, status: "accepted" } : one)),
  });

type Snooze = { callback: PendingCallback; minutes: number };

export const useSnooze = (agentId: number, callbacks?: Callbacks<Snooze, z.infer<typeof snoozeAnswer>>) =>
  useDeskMutation({
    agentId,
    callbacks,
    send: ({ callback, minutes }: Snooze) =>
      press<z.infer<typeof snoozeAnswer>>("POST /callbacks/snooze", {
        callbackId: callback.id,
        snoozeMinutes: minutes,
        agentId,
      }),
    optimistic: (list, { callback }) => list.filter(({ id }) => id !== callback.id),
  });

/** Takes a snooze back that answered `snoozedUntil`. */
export const useUndoSnooze = (
  agentId: number,
  callbacks?: Callbacks<{ callbackId: number; snoozedUntil: string }, unknown>,
) =>
  useDeskMutation({
    agentId,
    callbacks,
    send: (snooze: { callbackId: number; snoozedUntil: string }) =>
      press<unknown>("POST /callbacks/snooze/undo", snooze),
  });

/** `isUndo`: it was accepted by mistake. */
type Release = Promised & { isUndo?: true };

export const useRelease = (agentId: number, callbacks?: Callbacks<Release, unknown>) =>
  useDeskMutation({
    agentId,
    callbacks,
    send: ({ id, isUndo }: Release) =>
      press<unknown>("POST /callbacks/release", { callbackId: id, agentId, ...(isUndo && { isUndo }) }),
    optimistic: (list, { id }) => list.map((one) => (one.id === id ? { ...one, status: "pending" } : one)),
  });

export const useTakeNext = (agentId: number, callbacks?: Callbacks<void, unknown>) =>
  useDeskMutation({
    agentId,
    callbacks,
    send: (_: void) => press<z.infer<typeof takeNextAnswer>>("POST /queue/next", { agentId }),
  });

export const useRecordOutcome = (agentId: number, callbacks?: Callbacks<Outcome, RecordOutcomeAnswer>) =>
  useDeskMutation({
    agentId,
    callbacks,
    send: ({ callSessionId, ...outcome }: Outcome) =>
      press<RecordOutcomeAnswer>(`POST /calls/${callSessionId}/outcome`, outcome),
  });

type DeskMutation<I, A> = {
  agentId: number;
  send: (input: I) => Promise<A>;
  optimistic?: (list: List, input: I) => List;
  callbacks: Callbacks<I, A> | undefined;
};

/** A mutation of the desk: shown at once as `optimistic`, taken back when it is refused, and read again as soon as it is settled. */
function useDeskMutation<I, A>({ agentId, send, optimistic, callbacks }: DeskMutation<I, A>) {
  const queries = useQueryClient();
  const pending = ["desk", agentId, "pending"];
  return usePress({
    mutationFn: send,
    onMutate: async (input) =>
      optimistic ? await applyOptimistically(queries, pending, (list) => optimistic(list, input)) : undefined,
    onSuccess: (answer, input) => callbacks?.done?.(answer, input),
    onError: (error, input, before) => {
      if (before) queries.setQueryData(pending, before);
      callbacks?.failed?.(error, input);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["desk"] }),
  });
}

async function applyOptimistically(
  queries: QueryClient,
  key: unknown[],
  change: (list: List) => List,
): Promise<Pending | undefined> {
  // A poll under way would bring back what was before.
  await queries.cancelQueries({ queryKey: key });
  const before = queries.getQueryData<Pending>(key);
  if (before) queries.setQueryData<Pending>(key, { ...before, callbacks: change(before.callbacks) });
  return before;
}
