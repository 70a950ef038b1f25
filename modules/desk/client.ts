/** The desk, from a browser: what is polled, and every action with what it shows before the server has agreed. */
import { useEffect, useState } from "react";
import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import { ask, poll, press, queryOf } from "#lib/browser/api";
import { timed } from "#lib/browser/clock";
import { usePress } from "#lib/browser/use-press";
import type { sessionAnswer } from "#schema/agents";
import type { takeNextAnswer } from "#schema/call-queue";
import type { pendingAnswer, snoozeAnswer, whenAnswer } from "#schema/callbacks";
import type { RecordOutcomeAnswer } from "#schema/calls";
import { listUnsent, onUnsent, type Sent, sendThrough } from "./outbox.ts";
import type { deskAnswer, storyAnswer } from "./schema.ts";
import { SAID_AFTER_MS, type Unsent } from "./unsent.ts";

export { discard, listUnsent, sendAgain } from "./outbox.ts";
export { project, type Unsent } from "./unsent.ts";

export type Desk = z.infer<typeof deskAnswer>;
export type Hero = NonNullable<Desk["hero"]>;
export type Pending = z.infer<typeof pendingAnswer>;
export type PendingCallback = Pending["callbacks"][number];
/** A row of the list, with what waits to be sent about it. */
export type ShownPromise = PendingCallback & { mark?: string };
export type Story = z.infer<typeof storyAnswer>;
export type When = z.infer<typeof whenAnswer>;
export type Status = "available" | "break" | "on_call" | "offline";
export type Decision = Exclude<Status, "on_call">;
export type Outcome = {
  callSessionId: string;
  /** Who was called, for what is shown while it waits to be sent. */
  userName: string;
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
/**
 * Called when a mutation has settled, also when the component that began it is gone by then. `kept`: it could not be sent
 * yet and waits in this browser.
 */
type Callbacks<I, A> = {
  done?: (answer: A, input: I) => void;
  kept?: (input: I) => void;
  failed?: (error: Error, input: I) => void;
};

/** What the agent decides: it holds in every window until the next decision. */
export const useReport = (agentId: number, callbacks?: Callbacks<Decision, unknown>) =>
  useDeskMutation({
    agentId,
    callbacks,
    send: (status: Decision) =>
      answered(press<z.infer<typeof sessionAnswer>>(`PUT /agents/${agentId}/session`, { status })),
  });

/** Says that the page is still open. It carries no status, so it can undo no decision. */
export const stayAlive = (agentId: number): Promise<unknown> => ask(`PUT /agents/${agentId}/session`, {});

/** A promise, and whose it is. */
export type Promised = Pick<PendingCallback, "id" | "userName">;

export const useAccept = (agentId: number, callbacks?: Callbacks<Promised, unknown>) =>
  useDeskMutation({
    agentId,
    callbacks,
    send: ({ id, userName }: Promised) =>
      sendThrough<unknown>("accept", {
        ...NOTHING_TYPED,
        request: "POST /callbacks/accept",
        body: { callbackId: id, agentId },
        title: `Accept ${userName}`,
        callbackId: id,
      }),
    optimistic: (list, { id }) => list.map((one) => (one.id === id ? { ...one, status: "accepted" } : one)),
  });

type Snooze = { callback: PendingCallback; minutes: number };

export const useSnooze = (agentId: number, callbacks?: Callbacks<Snooze, z.infer<typeof snoozeAnswer>>) =>
  useDeskMutation({
    agentId,
    callbacks,
    send: ({ callback, minutes }: Snooze) =>
      sendThrough<z.infer<typeof snoozeAnswer>>("snooze", {
        ...NOTHING_TYPED,
        request: "POST /callbacks/snooze",
        body: { callbackId: callback.id, snoozeMinutes: minutes, agentId },
        title: `Snooze ${callback.userName} for ${minutes} min`,
        callbackId: callback.id,
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
      answered(press<unknown>("POST /callbacks/snooze/undo", snooze)),
  });

/** `isUndo`: it was accepted by mistake. */
type Release = Promised & { isUndo?: true };

export const useRelease = (agentId: number, callbacks?: Callbacks<Release, unknown>) =>
  useDeskMutation({
    agentId,
    callbacks,
    send: ({ id, userName, isUndo }: Release) =>
      sendThrough<unknown>("release", {
        ...NOTHING_TYPED,
        request: "POST /callbacks/release",
        body: { callbackId: id, agentId, ...(isUndo && { isUndo }) },
        title: `Release ${userName}`,
        callbackId: id,
      }),
    optimistic: (list, { id }) => list.map((one) => (one.id === id ? { ...one, status: "pending" } : one)),
  });

export const useTakeNext = (agentId: number, callbacks?: Callbacks<void, unknown>) =>
  useDeskMutation({
    agentId,
    callbacks,
    send: (_: void) => answered(press<z.infer<typeof takeNextAnswer>>("POST /queue/next", { agentId })),
  });

export const useRecordOutcome = (agentId: number, callbacks?: Callbacks<Outcome, RecordOutcomeAnswer>) =>
  useDeskMutation({
    agentId,
    callbacks,
    send: ({ callSessionId, userName, ...outcome }: Outcome) =>
      sendThrough<RecordOutcomeAnswer>("outcome", {
        request: `POST /calls/${callSessionId}/outcome`,
        body: outcome,
        title: `Save the call with ${userName}`,
        callbackId: null,
        callSessionId,
        words: outcome.notes ?? null,
      }),
  });

/** What an action has that no words were typed for. */
const NOTHING_TYPED = { callSessionId: null, words: null };

/** What goes to the server without waiting here: it makes no sense later. */
async function answered<A>(answer: Promise<A>): Promise<Sent<A>> {
  return { isKept: false, answer: await answer };
}

/** What the agent did that the server has not agreed to, of every window of this browser. */
export function useUnsent(): Unsent[] {
  const queries = useQueryClient();
  const [unsent, setUnsent] = useState<Unsent[]>([]);
  useEffect(() => {
    let isOver = false;
    let later: ReturnType<typeof setTimeout> | undefined;
    let before = 0;
    const look = async () => {
      // A browser that keeps nothing has nothing unsent.
      const found = await listUnsent().catch(() => []);
      if (isOver) return;
      setUnsent(found);
      // What has gone out has changed what the server knows.
      if (found.length < before) void queries.invalidateQueries({ queryKey: ["desk"] });
      before = found.length;
      clearTimeout(later);
      if (found.some(({ isShown }) => !isShown)) later = setTimeout(() => void look(), SAID_AFTER_MS);
    };
    const stop = onUnsent(() => void look());
    void look();
    return () => {
      isOver = true;
      clearTimeout(later);
      stop();
    };
  }, [queries]);
  return unsent;
}

type DeskMutation<I, A> = {
  agentId: number;
  send: (input: I) => Promise<Sent<A>>;
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
    onSuccess: (sent, input, before) => {
      if (!sent.isKept) return callbacks?.done?.(sent.answer, input);
      // From here on what waits is drawn over what the server knows.
      if (before) queries.setQueryData(pending, before);
      return callbacks?.kept?.(input);
    },
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
