/** Callbacks, from a browser: one hook per read, one per action. */
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import type { z } from "zod";
import { ask, press, queryOf } from "#lib/browser/api";
import { timed } from "#lib/browser/clock";
import { usePress } from "#lib/browser/use-press";
import type { allowCallsAnswer } from "#schema/call-queue";
import type {
  calendarAnswer,
  callbackStoryAnswer,
  cancelInput,
  changedAnswer,
  listAnswer,
  moveAnswer,
  moveInput,
  reassignAnswer,
  reassignInput,
  rescheduleAnswer,
  rescheduleInput,
  shownCallback,
} from "./schema.ts";

export type ShownCallback = z.infer<typeof shownCallback>;
export type CallbackStory = z.infer<typeof callbackStoryAnswer>;
export type CallbackEvent = CallbackStory["events"][number];
/** Times are instants; `status` may be several states with commas between them. */
export type CallbackAsk = {
  status?: string;
  agentId?: number;
  from?: string;
  to?: string;
  search?: string;
  order?: "newest" | "due";
};

/** The callbacks that fit, page after page. */
export const useCallbacks = (asked: CallbackAsk) =>
  useInfiniteQuery({
    queryKey: ["callbacks", "list", asked],
    queryFn: ({ pageParam }) =>
      timed(ask<z.infer<typeof listAnswer>>(`GET /callbacks${queryOf({ ...asked, cursor: pageParam })}`)),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    placeholderData: (before) => before,
  });

/** How many of them are scheduled in each quarter of an hour between two instants. */
export const useCalendar = ({ order: _, ...asked }: CallbackAsk) =>
  useQuery({
    queryKey: ["callbacks", "calendar", asked],
    queryFn: () => ask<z.infer<typeof calendarAnswer>>(`GET /callbacks/calendar${queryOf(asked)}`),
    placeholderData: (before) => before,
  });

/** One callback with everything that happened to it; looked at again every half minute. */
export const useStory = (id: number) =>
  useQuery({
    queryKey: ["callbacks", "story", id],
    queryFn: () => ask<CallbackStory>(`GET /callbacks/${id}`),
    refetchInterval: 30_000,
  });

export const useReassign = () =>
  useChange((input: z.infer<typeof reassignInput>) =>
    press<z.infer<typeof reassignAnswer>>("POST /callbacks/reassign", input),
  );

export const useReschedule = () =>
  useChange((input: z.infer<typeof rescheduleInput>) =>
    press<z.infer<typeof rescheduleAnswer>>("POST /callbacks/reschedule", input),
  );

export const useCancel = () =>
  useChange((input: z.infer<typeof cancelInput>) =>
    press<z.infer<typeof changedAnswer>>("POST /callbacks/cancel", input),
  );

/** Lets the number of a user be called again. */
export const useAllowCalls = () =>
  useChange(({ userId, ...body }: { userId: string; reason: string; phone?: string }) =>
    press<z.infer<typeof allowCallsAnswer>>(`POST /users/${userId}/callable`, body),
  );

export const useMoveCallbacks = () =>
  useChange(({ agentId, toAgentId }: z.infer<typeof moveInput>) =>
    press<z.infer<typeof moveAnswer>>(`POST /agents/${agentId}/move-callbacks`, { toAgentId }),
  );

/** A mutation after which callbacks, and how many each agent has, are read again. */
function useChange<I, A>(mutationFn: (input: I) => Promise<A>) {
  const queries = useQueryClient();
  // Not waited for: what is read again may take away the part of the screen that still has to say what was done.
  const readAgain = () => {
    for (const what of ["callbacks", "agents"]) void queries.invalidateQueries({ queryKey: [what] });
  };
  return usePress({ mutationFn, onSettled: readAgain });
}
