/** The desk, from a browser: its polled queries, and every mutation with its optimistic update. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import { ask, poll, press, queryOf } from "#lib/browser/api";
import { timed } from "#lib/browser/clock";
import { usePress } from "#lib/browser/use-press";
import type { sessionAnswer } from "#schema/agents";
import type { skipAnswer, takeNextAnswer } from "#schema/call-queue";
import type {
  acceptAnswer,
  changedAnswer,
  pendingAnswer,
  rescheduleAnswer,
  snoozeAnswer,
  whenAnswer,
} from "#schema/callbacks";
import type { RecordOutcomeAnswer, undoOutcomeAnswer } from "#schema/calls";
import type { Act, ACTS } from "./acts.ts";
import type { Sent } from "./outbox.ts";
import type { deskAnswer, storyAnswer } from "./schema.ts";
import type { Shown } from "./shown.ts";

export {
  decidedOf,
  discard,
  discardAll,
  exportUnsent,
  isHeld,
  isOutcomeKept,
  listUnsent,
  project,
  reportHeld,
  sendAgain,
  type Unsent,
  useCountOfOthers,
  useUnsent,
  useWhyNotKept,
} from "./use-unsent.ts";

export type Desk = z.infer<typeof deskAnswer>;
export type Hero = NonNullable<Desk["hero"]>;
export type Pending = z.infer<typeof pendingAnswer>;
export type PendingCallback = Pending["callbacks"][number];
/** A row of the list, with the unsent actions about it. */
export type ShownPromise = PendingCallback & Shown;
export type Story = z.infer<typeof storyAnswer>;
export type When = z.infer<typeof whenAnswer>;
export type Status = "available" | "break" | "on_call" | "offline";
export type Decision = Exclude<Status, "on_call">;
export type Outcome = {
  callSessionId: string;
  /** The person who was called, for the screen while the action waits to be sent. */
  userName: string;
  /** The promise that the call kept. */
  callbackId: number | null;
  outcomeType: string;
  notes?: string;
  callback?: { scheduledFor: string; callbackReason?: string };
  /** Promises that the call covers and did not settle, each with its new time. */
  stillOpen?: { callbackId: number; scheduledFor: string }[];
};

/** Polling interval: short while the page is visible, long while it is hidden, where a browser throttles timers anyway. */
const every = (milliseconds: number) => () => (globalThis.document?.hidden ? 30_000 : milliseconds);

/** The callbacks of the agent that are due within ten minutes or late. */
export const usePending = (agentId: number) =>
  useQuery({
    queryKey: ["desk", agentId, "pending"],
    queryFn: () => timed(poll<Pending>(`/agents/${agentId}/pending-callbacks`)),
    refetchInterval: every(3_000),
    refetchIntervalInBackground: true,
  });

/** The current or next call, the status and the day of the agent; disabled without an agent. */
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

/** The user's story; disabled while there is no user. */
export const useStory = (userId: string | null) =>
  useQuery({
    queryKey: ["desk", "story", userId],
    queryFn: () => poll<Story>(`/users/${userId}/story`),
    enabled: userId !== null,
    refetchInterval: every(15_000),
  });

/** The time that these words mean, asked for once they have stopped changing. With a call, also for a person who is no longer at the desk. */
export const useWhen = (userId: string, text: string, originalCallSessionId?: string) =>
  useQuery({
    queryKey: ["desk", "when", userId, text, originalCallSessionId],
    queryFn: () =>
      ask<When>("POST /callbacks/when", { userId, text, ...(originalCallSessionId && { originalCallSessionId }) }),
    enabled: text.trim() !== "",
    retry: false,
  });

/**
 * Called when a mutation has settled, also after its component was unmounted. `kept`: the mutation could not be sent yet and
 * waits in this browser; `done` follows when it is sent while this page is open.
 */
type Callbacks<I, A> = {
  done?: (answer: A, input: I) => void;
  kept?: (input: I) => void;
  failed?: (error: Error, input: I) => void;
};

/** Sets the agent's status, which holds in every window until the next decision. */
export const useReport = (agentId: number, callbacks?: Callbacks<Decision, unknown>) =>
  useAct<Decision, z.infer<typeof sessionAnswer>>("status", callbacks, (status) => ({
    request: `PUT /agents/${agentId}/session`,
    body: { status },
    title: `Your status: ${status}`,
  }));

/** Heartbeat of the page. It carries no status, so it cannot undo a decision. */
export const stayAlive = (agentId: number): Promise<unknown> => ask(`PUT /agents/${agentId}/session`, {});

/** Makes a promise for an agent, or for no particular agent. */
export type Promised = Pick<PendingCallback, "id" | "userName">;

export const useAccept = (agentId: number, callbacks?: Callbacks<Promised, z.infer<typeof acceptAnswer>>) =>
  useAct<Promised, z.infer<typeof acceptAnswer>>("accept", callbacks, ({ id, userName }) => ({
    request: "POST /callbacks/accept",
    body: { callbackId: id, agentId },
    title: `Accept ${userName}`,
    callbackId: id,
  }));

type Snooze<P extends Promised> = { callback: P; minutes: number };

export const useSnooze = <P extends Promised>(
  agentId: number,
  callbacks?: Callbacks<Snooze<P>, z.infer<typeof snoozeAnswer>>,
) =>
  useAct<Snooze<P>, z.infer<typeof snoozeAnswer>>("snooze", callbacks, ({ callback, minutes }) => ({
    request: "POST /callbacks/snooze",
    body: { callbackId: callback.id, snoozeMinutes: minutes, agentId },
    title: `Snooze ${callback.userName} for ${minutes} min`,
    callbackId: callback.id,
  }));

/** Undoes the snooze that answered `snoozedUntil`. */
export const useUndoSnooze = (callbacks?: Callbacks<{ callbackId: number; snoozedUntil: string }, unknown>) =>
  useDeskMutation({
    callbacks,
    send: (snooze: { callbackId: number; snoozedUntil: string }) =>
      answered(press<unknown>("POST /callbacks/snooze/undo", snooze)),
  });

/** Reschedules a callback, on the clock of `timeZone`. */
type Reschedule = Promised & { scheduledFor: string; timeZone: string; reason?: string; phone?: string };

export const useReschedule = (callbacks?: Callbacks<Reschedule, z.infer<typeof rescheduleAnswer>>) =>
  useAct<Reschedule, z.infer<typeof rescheduleAnswer>>("reschedule", callbacks, ({ id, userName, ...agreed }) => ({
    request: "POST /callbacks/reschedule",
    body: { callbackId: id, ...agreed },
    title: `Move ${userName} to ${agreed.scheduledFor.slice(0, 16).replace("T", ", ")}`,
    callbackId: id,
    words: agreed.reason ?? null,
  }));

/** Releases a callback. `isUndo`: the agent had accepted it by mistake. */
type Release = Promised & { isUndo?: true };

export const useRelease = (agentId: number, callbacks?: Callbacks<Release, z.infer<typeof changedAnswer>>) =>
  useAct<Release, z.infer<typeof changedAnswer>>("release", callbacks, ({ id, userName, isUndo }) => ({
    request: "POST /callbacks/release",
    body: { callbackId: id, agentId, ...(isUndo && { isUndo }) },
    title: `Release ${userName}`,
    callbackId: id,
  }));

export const useTakeNext = (agentId: number, callbacks?: Callbacks<void, z.infer<typeof takeNextAnswer>>) =>
  useDeskMutation({
    callbacks,
    send: (_: void) => answered(press<z.infer<typeof takeNextAnswer>>("POST /queue/next", { agentId })),
  });

/** The offered entry, and why the agent does not take it. */
type Skip = { queueEntryId: number; reason: string };

export const useSkip = (agentId: number, callbacks?: Callbacks<Skip, z.infer<typeof skipAnswer>>) =>
  useDeskMutation({
    callbacks,
    send: (skip: Skip) => answered(press<z.infer<typeof skipAnswer>>("POST /queue/skip", { agentId, ...skip })),
  });

export const useRecordOutcome = (callbacks?: Callbacks<Outcome, RecordOutcomeAnswer>) =>
  useAct<Outcome, RecordOutcomeAnswer>("outcome", callbacks, ({ callSessionId, userName, callbackId, ...outcome }) => ({
    request: `POST /calls/${callSessionId}/outcome`,
    body: outcome,
    title: `Save the call with ${userName}: ${outcome.outcomeType.replaceAll("_", " ")}`,
    callbackId,
    callSessionId,
    words: outcome.notes ?? null,
  }));

/** Undoes an outcome; the call is open again. */
export const useUndoOutcome = (
  callbacks?: Callbacks<Pick<Outcome, "callSessionId" | "outcomeType">, z.infer<typeof undoOutcomeAnswer>>,
) =>
  useDeskMutation({
    callbacks,
    send: ({ callSessionId, outcomeType }: Pick<Outcome, "callSessionId" | "outcomeType">) =>
      answered(press<z.infer<typeof undoOutcomeAnswer>>(`POST /calls/${callSessionId}/outcome/undo`, { outcomeType })),
  });

/** A mutation that must not be lost: it goes through the queue of this browser, which is a chunk of its own. */
function useAct<I, A>(
  type: keyof typeof ACTS,
  callbacks: Callbacks<I, A> | undefined,
  actOf: (input: I) => Pick<Act, "request" | "body" | "title"> & Partial<Act>,
) {
  const send = async (input: I): Promise<Sent<A>> => {
    const act = { callbackId: null, callSessionId: null, words: null, ...actOf(input) };
    const { sendThrough } = await import("./outbox.ts");
    return sendThrough<A>(type, act);
  };
  return useDeskMutation({ send, callbacks });
}

/** A mutation that is sent directly and never queued, because it makes no sense later. */
async function answered<A>(answer: Promise<A>): Promise<Sent<A>> {
  return { isKept: false, answer: await answer };
}

type DeskMutation<I, A> = { send: (input: I) => Promise<Sent<A>>; callbacks: Callbacks<I, A> | undefined };

/** A mutation of the desk. Its optimistic update is drawn over the server's rows, which are refetched when it has settled. */
function useDeskMutation<I, A>({ send, callbacks }: DeskMutation<I, A>) {
  const queries = useQueryClient();
  return usePress({
    mutationFn: send,
    onSuccess: (sent, input) => {
      if (!sent.isKept) return callbacks?.done?.(sent.answer, input);
      void sent.later.then((answer) => {
        if (answer !== null) callbacks?.done?.(answer, input);
      });
      return callbacks?.kept?.(input);
    },
    onError: (error, input) => callbacks?.failed?.(error, input),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ["callbacks"] });
      return queries.invalidateQueries({ queryKey: ["desk"] });
    },
  });
}
