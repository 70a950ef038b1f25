/** Callbacks, from a browser: one hook per read, one per action. */
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import { ask, Problem, press, queryOf } from "#lib/browser/api";
import { timed } from "#lib/browser/clock";
import { liveList } from "#lib/browser/live";
import { usePress } from "#lib/browser/use-press";
import type { allowCallsAnswer, lookUpAnswer } from "#schema/call-queue";
import type {
  calendarAnswer,
  callbackStoryAnswer,
  cancelInput,
  changedAnswer,
  findPeopleAnswer,
  listAnswer,
  countsAnswer,
  moveAnswer,
  moveInput,
  Order,
  promiseAnswer,
  reassignAnswer,
  reassignInput,
  rescheduleAnswer,
  rescheduleInput,
  shownCallback,
  undoMoveAnswer,
  undoMoveInput,
} from "./schema.ts";

export { sentenceOf } from "./routing/sentences.ts";
export { LATE_AFTER_SECONDS } from "./rules.ts";
export type { RoutingReason } from "./reason-schema.ts";

export type ShownCallback = z.infer<typeof shownCallback>;
export type CallbackStory = z.infer<typeof callbackStoryAnswer>;
export type CallbackEvent = CallbackStory["events"][number];
/** Times are instants; `status` may be several states with commas between them. */
export type CallbackAsk = {
  status?: string;
  agentId?: number;
  userId?: string;
  from?: string;
  to?: string;
  only?: "late" | "due" | "unassigned";
  search?: string;
  order?: Order;
};
export type { Order };

/** As often as the wallboard. */
const PACE_MS = 5_000;

/** The callbacks that match the filter, page by page; refetched while the page is visible, the seldomer the more pages are shown. */
export const useCallbacks = (asked: CallbackAsk) =>
  useInfiniteQuery({
    queryKey: ["callbacks", "list", asked],
    queryFn: ({ pageParam }) =>
      timed(ask<z.infer<typeof listAnswer>>(`GET /callbacks${queryOf({ ...asked, cursor: pageParam })}`)),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: (before) => before,
    ...liveList(false, PACE_MS),
  });

/** How many callbacks each list of open ones has, and how many are scheduled between `from` and `to`; as up to date as the list. */
export const useCounts = (asked: Pick<CallbackAsk, "agentId" | "search"> & { from: string; to: string }) =>
  useQuery({
    queryKey: ["callbacks", "counts", asked],
    queryFn: () => ask<z.infer<typeof countsAnswer>>(`GET /callbacks/counts${queryOf(asked)}`),
    placeholderData: (before) => before,
    refetchInterval: PACE_MS,
  });

/** How many callbacks are scheduled in each quarter of an hour between two instants. */
export const useCalendar = ({ order: _, ...asked }: CallbackAsk) =>
  useQuery({
    queryKey: ["callbacks", "calendar", asked],
    queryFn: () => ask<z.infer<typeof calendarAnswer>>(`GET /callbacks/calendar${queryOf(asked)}`),
    placeholderData: (before) => before,
    refetchInterval: PACE_MS,
  });

/** One callback with its events; refetched every half minute. */
export const useStory = (id: number) =>
  useQuery({
    queryKey: ["callbacks", "story", id],
    queryFn: () => ask<CallbackStory>(`GET /callbacks/${id}`),
    refetchInterval: 30_000,
  });

export type Person = z.infer<typeof findPeopleAnswer>["people"][number];

/** The users whose name or number matches these words, for a supervisor. Enabled from two letters on. */
export const usePeople = (search: string) =>
  useQuery({
    queryKey: ["people", search],
    queryFn: () => ask<z.infer<typeof findPeopleAnswer>>(`GET /users${queryOf({ search })}`),
    enabled: search.trim().length >= 2,
    placeholderData: (before) => before,
  });

/** The user who has this full number, for an agent who is being rung. */
export const useLookUp = () =>
  usePress({
    mutationFn: (input: { agentId: number; phone: string }) =>
      ask<z.infer<typeof lookUpAnswer>>("POST /users/lookup", input),
  });

export type NewPromise = { userId: string; scheduledFor: string; callbackReason?: string; preferredAgentId?: number };

export const usePromise = () =>
  useChange((input: NewPromise) => press<z.infer<typeof promiseAnswer>>("POST /callbacks", input));

export const useReassign = () =>
  useChange((input: z.infer<typeof reassignInput>) =>
    press<z.infer<typeof reassignAnswer>>("POST /callbacks/reassign", input),
  );

export const useReschedule = () =>
  useChange((input: z.infer<typeof rescheduleInput>) =>
    press<z.infer<typeof rescheduleAnswer>>("POST /callbacks/reschedule", input),
  );

/** Takes the last move of these callbacks back, of those that nobody has changed since. */
export const useUndoMove = () =>
  useChange((input: z.infer<typeof undoMoveInput>) =>
    press<z.infer<typeof undoMoveAnswer>>("POST /callbacks/move/undo", input),
  );

export const useCancel = () =>
  useChange((input: z.infer<typeof cancelInput>) =>
    press<z.infer<typeof changedAnswer>>("POST /callbacks/cancel", input),
  );

/** The result of a bulk action: which succeeded, and why the others failed. */
type Each = { done: number[]; sentence: string };

export const useCancelEach = () =>
  useChange((inputs: z.infer<typeof cancelInput>[]) => each(inputs, (input) => press("POST /callbacks/cancel", input)));

export const useRescheduleEach = () =>
  useChange((inputs: z.infer<typeof rescheduleInput>[]) =>
    each(inputs, (input) => press("POST /callbacks/reschedule", input)),
  );

/** Applies the action one by one, each under its own idempotency key. A refusal does not stop the others; a lost connection stops the rest. */
async function each<I extends { callbackId: number }>(
  inputs: readonly I[],
  send: (input: I) => Promise<unknown>,
): Promise<Each> {
  const done: number[] = [];
  const refused: string[] = [];
  for (const input of inputs) {
    try {
      await send(input);
      done.push(input.callbackId);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === "offline") return { done, sentence: `${done.length} of ${inputs.length}. ${error.message}` };
      refused.push(`Callback ${input.callbackId}: ${error.message}`);
    }
  }
  const [first, ...more] = refused;
  const others = more.length === 0 ? "" : ` And ${more.length} more stay as they are.`;
  return {
    done,
    sentence: first
      ? `${done.length} of ${inputs.length}. ${first}${others}`
      : `${done.length} ${done.length === 1 ? "callback" : "callbacks"}.`,
  };
}

/** Lets the number of a user be called again. */
export const useAllowCalls = () =>
  useChange(({ userId, ...body }: { userId: string; reason: string; phone?: string }) =>
    press<z.infer<typeof allowCallsAnswer>>(`POST /users/${userId}/callable`, body),
  );

export const useMoveCallbacks = () =>
  useChange(({ agentId, toAgentId }: z.infer<typeof moveInput>) =>
    press<z.infer<typeof moveAnswer>>(`POST /agents/${agentId}/move-callbacks`, { toAgentId }),
  );

/** A mutation that refetches callbacks, and how many each agent has. */
function useChange<I, A>(mutationFn: (input: I) => Promise<A>) {
  const queries = useQueryClient();
  // Not awaited: the refetch may remove the part of the screen that still has to show the result.
  const readAgain = () => {
    for (const what of ["callbacks", "agents", "wallboard", "desk"])
      void queries.invalidateQueries({ queryKey: [what] });
  };
  return usePress({ mutationFn, onSettled: readAgain });
}
